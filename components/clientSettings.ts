/** What the settings of every client are made of; nothing in it is secret. */
interface RegistryPlace {
  readonly domain: string;
  /** Account id of 12 digits. */
  readonly domainOwner: string;
  readonly region: string;
  /** Also the name clients know the registry by. */
  readonly repository: string;
  /** Where twine uploads, with a slash at its end. */
  readonly endpoint: string;
  /** Life of a token, in seconds. */
  readonly tokenLifetime: number;
}

/** Text to paste for each client, by where it goes. The shell or the tool itself fills in `${CODEARTIFACT_AUTH_TOKEN}`. */
export interface ClientSettings {
  /** What pip, pipenv, uv and poetry read. */
  readonly indexUrl: string;
  /** What twine and uv publish to. */
  readonly uploadUrl: string;
  /** Mints the token that all the others use. */
  readonly awsCli: { readonly shell: string };
  /** For the one command behind it: an exported index would carry the token into every later step. */
  readonly pip: { readonly shell: string; readonly requirements: string };
  readonly twine: { readonly shell: string };
  readonly uv: { readonly pyproject: string; readonly shell: string };
  readonly pipenv: { readonly pipfile: string };
  readonly poetry: { readonly pyproject: string; readonly shell: string };
  /** For people's own machines: pip asks keyrings.codeartifact, which mints a token with the person's AWS session. */
  readonly keyring: { readonly keyringrc: string; readonly shell: string };
}

/**
 * The settings of every client of this registry. None holds a token.
 * Sources: https://docs.aws.amazon.com/codeartifact/latest/ug/python-configure-pip.html, https://docs.astral.sh/uv/concepts/indexes/,
 * https://pipenv.pypa.io/en/latest/indexes.html, https://python-poetry.org/docs/repositories/ and
 * https://github.com/jmkeyes/keyrings.codeartifact
 */
export function clientSettingsFor(place: RegistryPlace): ClientSettings {
  const { domain, domainOwner, region, repository, endpoint: uploadUrl, tokenLifetime } = place;
  const indexUrl = `${uploadUrl}simple/`;
  const token = "${CODEARTIFACT_AUTH_TOKEN}";
  const withToken = indexUrl.replace("https://", `https://aws:${token}@`);
  const withUser = indexUrl.replace("https://", "https://aws@");
  const variable = repository.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");
  return {
    indexUrl,
    uploadUrl,
    awsCli: {
      shell:
        `export CODEARTIFACT_AUTH_TOKEN="$(aws codeartifact get-authorization-token --domain ${domain}` +
        ` --domain-owner ${domainOwner} --region ${region} --duration-seconds ${tokenLifetime}` +
        ` --query authorizationToken --output text)"`,
    },
    pip: {
      shell: `PIP_INDEX_URL="${withToken}" python -m pip install -r requirements.txt`,
      requirements: `--index-url ${withToken}`,
    },
    twine: {
      shell:
        `TWINE_REPOSITORY_URL=${uploadUrl} TWINE_USERNAME=aws TWINE_PASSWORD="${token}"` +
        " python -m twine upload --non-interactive dist/*",
    },
    uv: {
      pyproject: lines(
        "[[tool.uv.index]]",
        `name = "${repository}"`,
        `url = "${indexUrl}"`,
        `publish-url = "${uploadUrl}"`,
        "default = true",
      ),
      shell: `export UV_INDEX_${variable}_USERNAME=aws UV_INDEX_${variable}_PASSWORD="${token}"`,
    },
    pipenv: {
      pipfile: lines("[[source]]", `name = "${repository}"`, `url = "${withToken}"`, "verify_ssl = true"),
    },
    poetry: {
      pyproject: lines(
        "[[tool.poetry.source]]",
        `name = "${repository}"`,
        `url = "${indexUrl}"`,
        'priority = "primary"',
      ),
      shell: `export POETRY_HTTP_BASIC_${variable}_USERNAME=aws POETRY_HTTP_BASIC_${variable}_PASSWORD="${token}"`,
    },
    keyring: {
      keyringrc: lines("[codeartifact]", `token_duration=${tokenLifetime}`),
      shell: `PIP_INDEX_URL=${withUser} python -m pip install --keyring-provider import -r requirements.txt`,
    },
  };
}

function lines(...text: readonly string[]): string {
  return text.join("\n");
}
