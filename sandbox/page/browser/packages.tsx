import { useState } from "preact/hooks";
import type { PackageDetail, PackageSummary } from "../answers";
import { CopyButton } from "./copy.js";
import { useAnswer } from "./live.js";
import { addressOf, type Place } from "./place.js";
import { Count } from "./count.js";

/** The packages of every repository, own ones before public ones. */
export function Packages({ place, revision }: { readonly place: Place; readonly revision: number }) {
  const { answer, error } = useAnswer("packages", revision);
  const [part, setPart] = useState("");
  if (answer === undefined) {
    return <p class="empty">{error ?? "Reading…"}</p>;
  }
  const wanted = part.trim().toLowerCase();
  const found = answer.packages.filter(
    (one) => one.key.toLowerCase().includes(wanted) || placeOf(one) === place.opened,
  );
  const section = (title: string, isOwn: boolean, empty: string) => (
    <PackageSection
      title={title}
      packages={found.filter((one) => one.isOwn === isOwn)}
      empty={wanted === "" ? empty : "No package matches."}
      opened={place.opened}
      revision={revision}
    />
  );
  return (
    <>
      <form
        class="filters loose"
        role="search"
        aria-label="Filter of packages"
        onSubmit={(event) => {
          event.preventDefault();
        }}
      >
        <label class="field grow">
          <span>Package</span>
          <input
            type="search"
            value={part}
            placeholder="Part of a name"
            onInput={(event) => {
              setPart(event.currentTarget.value);
            }}
          />
        </label>
      </form>
      {section("Private packages", true, "Nothing is published yet.")}
      {section("Public packages", false, "No public package has been read yet.")}
    </>
  );
}

/** Rows of one section that are shown before a person asks for more. */
const shownFirst = 100;

function PackageSection({
  title,
  packages,
  empty,
  opened,
  revision,
}: {
  readonly title: string;
  readonly packages: readonly PackageSummary[];
  readonly empty: string;
  readonly opened: string | undefined;
  readonly revision: number;
}) {
  const [shown, setShown] = useState(shownFirst);
  const id = title.replaceAll(" ", "-").toLowerCase();
  return (
    <section class="card" aria-labelledby={id}>
      <div class="card-head">
        <h2 id={id}>
          {title} <Count number={packages.length} />
        </h2>
      </div>
      {packages.length === 0 ? (
        <p class="empty">{empty}</p>
      ) : (
        <ul class="lines">
          {packages.slice(0, shown).map((one) => {
            const isOpened = placeOf(one) === opened;
            return (
              <li key={placeOf(one)} class={isOpened ? "opened" : undefined}>
                <a
                  class="line package-line"
                  href={isOpened ? "#packages" : addressOf("packages", placeOf(one))}
                  aria-expanded={isOpened}
                >
                  <b class="subject" title={one.key}>
                    {one.key}
                  </b>
                  <span class="version">{one.newest}</span>
                  <span class="note">{one.versions === 1 ? "1 version" : `${one.versions} versions`}</span>
                  <span class="note" title={one.repository}>
                    {one.repository}
                  </span>
                  <span class="note status-note">{one.status}</span>
                </a>
                {isOpened ? <OpenedPackage summary={one} revision={revision} /> : undefined}
              </li>
            );
          })}
        </ul>
      )}
      {packages.length > shown ? (
        <p class="pages">
          <button
            type="button"
            onClick={() => {
              setShown(shown + shownFirst);
            }}
          >
            Show more
          </button>
        </p>
      ) : undefined}
    </section>
  );
}

/** How the address names a package of a repository. */
function placeOf({ domain, repository, key }: PackageSummary): string {
  return `${domain}/${repository}/${key}`;
}

function OpenedPackage({
  summary: { domain, repository, key },
  revision,
}: {
  readonly summary: PackageSummary;
  readonly revision: number;
}) {
  const query = new URLSearchParams({ domain, repository, key });
  const { answer, error } = useAnswer(`package?${query.toString()}`, revision);
  if (answer === undefined) {
    return <p class="detail empty">{error ?? "Reading…"}</p>;
  }
  const { group, restrictions, releases } = answer;
  return (
    <section class="detail" aria-label={key}>
      <dl class="pairs">
        <div>
          <dt>Package group</dt>
          <dd>
            <a href="#groups">{group}</a>
          </dd>
        </div>
        <div>
          <dt>Origin settings</dt>
          <dd>
            publish {restrictions.publish}, upstream {restrictions.upstream}
          </dd>
        </div>
      </dl>
      {releases.map((release) => (
        <Release key={release.version} release={release} />
      ))}
    </section>
  );
}

function Release({ release }: { readonly release: PackageDetail["releases"][number] }) {
  const { version, status, published, origin, summary, files } = release;
  return (
    <article class="release">
      <h3>
        {version} <span class={`tag ${status === "Published" ? "good" : "other"}`}>{status}</span>
      </h3>
      <p class="quiet">
        from {origin}
        {published === "" ? "" : `, ${new Date(published).toLocaleString("en-GB")}`}
        {summary === undefined ? "" : ` — ${summary}`}
      </p>
      <ul class="files">
        {files.map(({ filename, size, sha256 }) => (
          <li key={filename}>
            <span class="filename">{filename}</span>
            <span class="size">{size === undefined ? "" : sizeText(size)}</span>
            <code class="hash" title={`sha256:${sha256}`}>
              sha256:{sha256}
            </code>
            <CopyButton text={`sha256:${sha256}`} label="Copy hash" />
          </li>
        ))}
      </ul>
    </article>
  );
}

function sizeText(bytes: number): string {
  if (bytes < 1024) {
    return `${bytes} B`;
  }
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
