import { expect } from "chai";
import { html } from "../../../sandbox/core/html";

describe("HTML from a template", () => {
  it("escapes what is filled in, in text and in attributes", () => {
    const evil = `</td><script>alert('1' & "2")</script>`;
    const escaped = "&#60;/td&#62;&#60;script&#62;alert(&#39;1&#39; &#38; &#34;2&#34;)&#60;/script&#62;";

    expect(html`<td title="${evil}">${evil}</td>`.text).to.equal(`<td title="${escaped}">${escaped}</td>`);
    expect(html`<b>${"&amp;"}</b>`.text).to.equal("<b>&#38;amp;</b>");
  });

  it("takes HTML as it is, also in lists, and numbers", () => {
    const items = ["<a>", "b"].map((text) => html`<b>${text}</b>`);

    expect(html`<p>${items}</p>`.text).to.equal("<p><b>&#60;a&#62;</b><b>b</b></p>");
    expect(html`<p>${html`<br />`}${7}${[]}</p>`.text).to.equal("<p><br />7</p>");
  });

  it("does not take for HTML what only looks like it", () => {
    const forged = { text: "<script>" } as unknown as string;

    expect(() => html`${forged}`.text).to.throw();
    expect(html`${JSON.stringify(forged)}`.text).not.to.include("<script>");
  });
});
