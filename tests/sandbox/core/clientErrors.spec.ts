import { expect } from "chai";
import fastify, { type FastifyInstance } from "fastify";
import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { answerClientError } from "../../../sandbox/core/clientErrors";
import { sendRaw } from "../../support/sandbox/rawHttp";

const megabyte = Buffer.alloc(1_000_000, "a");

describe("what is no request of HTTP", () => {
  let server: FastifyInstance;
  let port: number;
  let accepted: Socket[];

  beforeEach(async () => {
    accepted = [];
    server = fastify({ clientErrorHandler: answerClientError, http: { maxHeaderSize: 16_384 } });
    server.get("/", () => "here");
    server.server.on("connection", (socket) => accepted.push(socket));
    await server.listen({ host: "127.0.0.1", port: 0 });
    ({ port } = server.server.address() as AddressInfo);
  });
  afterEach(() => server.close());

  it("gets its whole answer while the client still sends, as does a request that Node can read", async () => {
    const long = Array.from({ length: 20 }, () => megabyte);
    const { status, text } = await sendRaw(port, "GET / HTTP/1.1\r\nhost: a\r\nx-long: ", ...long);

    expect({ status, text }).to.deep.equal({
      status: 431,
      text: "The request line and the headers have more than 16 KiB. This is the sandbox's own limit: no limit of AWS is known.\n",
    });
    expect(await sendRaw(port, "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")).to.include({
      status: 200,
      text: "here",
    });
  });

  it("gets one answer, however much of it comes", async () => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.write("nothing of HTTP\r\n\r\n");
    socket.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    const answer = (await buffer(socket)).toString();

    expect(answer.match(/HTTP\/1\.1 \d{3}/g)).to.deep.equal(["HTTP/1.1 400"]);
  });

  it("does not hold up the end of the server, where the client stays", async () => {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    socket.write("nothing of HTTP\r\n\r\n");
    await once(socket.resume(), "end");
    const [held] = accepted;
    expect(held?.destroyed).to.equal(false);

    server.server.closeAllConnections();
    expect(held?.destroyed).to.equal(true);
    socket.destroy();
  });
});
