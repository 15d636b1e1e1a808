import { render } from "preact";
import { Page } from "./shell.js";
import { live } from "./live.js";

const place = document.getElementById("page");
if (place !== null) {
  render(<Page />, place);
  void live.start();
}
