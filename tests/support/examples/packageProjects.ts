/** A package's sources as one build backend wants them: texts by path. */
export type Sources = Readonly<Record<string, string>>;

const project = (backend: string, requires: string, more: string) =>
  `[build-system]\nrequires = ["${requires}"]\nbuild-backend = "${backend}"\n\n${more}`;

const pytest = 'import orb_x\n\n\ndef test_word():\n    assert orb_x.WORD == "orb"\n';
const unittest =
  "import unittest\n\nimport orb_x\n\n\nclass Word(unittest.TestCase):\n    def test_word(self):\n" +
  '        self.assertEqual(orb_x.WORD, "orb")\n';
const module = 'WORD = "orb"\n';
const named = 'name = "orb-x"\ndescription = "A word."\n';
const metadata = `${named}requires-python = ">=3.11"\n`;

/** The same package for each backend and layout, with the place of its version. */
export const packageProjects: Readonly<Record<string, Sources>> = {
  "setup.py of the plan, flat": {
    VERSION: "1.4.0\n",
    "setup.py":
      "from setuptools import setup, find_packages\nimport os\n\nversion = os.environ.get('PACKAGE_VERSION', '0.1.0')\n\n" +
      "setup(\n    name='orb-x',\n    version=version,\n    packages=find_packages(include=['orb_x']),\n)\n",
    "orb_x/__init__.py": module,
    "tests/test_word.py": pytest,
  },
  "setup.py with its version in it, src": {
    "setup.py":
      "from setuptools import setup\n\nsetup(name='orb-x', version='1.4.0', package_dir={'': 'src'}, packages=['orb_x'])\n",
    "src/orb_x/__init__.py": module,
    "tests/test_word.py": unittest,
  },
  "setuptools, src": {
    "pyproject.toml": project("setuptools.build_meta", "setuptools", `[project]\n${metadata}version = "1.4.0"\n`),
    "src/orb_x/__init__.py": module,
    "tests/__init__.py": "",
    "tests/test_word.py": unittest,
  },
  "setuptools, VERSION, flat": {
    VERSION: "1.4.0\n",
    "pyproject.toml": project(
      "setuptools.build_meta",
      "setuptools",
      `[project]\n${metadata}dynamic = ["version"]\n\n[tool.setuptools]\npackages = ["orb_x"]\n\n` +
        '[tool.setuptools.dynamic]\nversion = { file = "VERSION" }\n',
    ),
    "orb_x/__init__.py": module,
    "tests/test_word.py": pytest,
  },
  "hatchling, src": {
    "pyproject.toml": project("hatchling.build", "hatchling", `[project]\n${metadata}version = "1.4.0"\n`),
    "src/orb_x/__init__.py": module,
    "tests/test_word.py": pytest,
  },
  "hatchling, __version__, flat": {
    "pyproject.toml": project(
      "hatchling.build",
      "hatchling",
      `[project]\n${metadata}dynamic = ["version"]\n\n[tool.hatch.version]\npath = "orb_x/__init__.py"\n`,
    ),
    "orb_x/__init__.py": `${module}__version__ = "1.4.0"\n`,
    "tests/test_word.py": pytest,
  },
  "poetry-core, flat": {
    "pyproject.toml": project(
      "poetry.core.masonry.api",
      "poetry-core",
      `[tool.poetry]\n${named}version = "1.4.0"\nauthors = ["ORB <orb@example.com>"]\npackages = [{ include = "orb_x" }]\n\n` +
        '[tool.poetry.dependencies]\npython = ">=3.11"\n',
    ),
    "orb_x/__init__.py": module,
    "tests/test_word.py": unittest,
  },
  "poetry-core, [project], src": {
    "pyproject.toml": project(
      "poetry.core.masonry.api",
      "poetry-core>=2",
      `[project]\n${metadata}version = "1.4.0"\n\n[tool.poetry]\npackages = [{ include = "orb_x", from = "src" }]\n`,
    ),
    "src/orb_x/__init__.py": module,
    "tests/test_word.py": pytest,
  },
  "uv_build, src": {
    "pyproject.toml": project("uv_build", "uv_build", `[project]\n${metadata}version = "1.4.0"\n`),
    "src/orb_x/__init__.py": module,
    "tests/test_word.py": pytest,
  },
  "uv_build, flat": {
    "pyproject.toml": project(
      "uv_build",
      "uv_build",
      `[project]\n${metadata}version = "1.4.0"\n\n[tool.uv.build-backend]\nmodule-root = ""\n`,
    ),
    "orb_x/__init__.py": module,
    "tests/test_word.py": unittest,
  },
  "flit, flat": {
    "pyproject.toml": project(
      "flit_core.buildapi",
      "flit_core",
      '[project]\nname = "orb-x"\ndynamic = ["version", "description"]\nrequires-python = ">=3.11"\n\n[tool.flit.module]\nname = "orb_x"\n',
    ),
    "orb_x/__init__.py": `"""A word."""\n\n__version__ = "1.4.0"\n${module}`,
    "tests/test_word.py": pytest,
  },
  "flit, static, src": {
    "pyproject.toml": project(
      "flit_core.buildapi",
      "flit_core",
      `[project]\n${metadata}version = "1.4.0"\n\n[tool.flit.module]\nname = "orb_x"\n`,
    ),
    "src/orb_x/__init__.py": module,
    "tests/test_word.py": pytest,
  },
};
