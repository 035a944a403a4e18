"""Does the tree keep the house's rules that a linter does not know?"""

import ast
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
LONGEST = 500
SOURCES = {".py", ".ts", ".tsx", ".css"}
BANNED_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "base",
    "manager",
    "service",
    "misc",
}
# Words that design.md §1 keeps out of code: one thing has one word.
BANNED_WORDS = re.compile(r"\b(kiosk|cabin|appointment|tenant)s?\b", re.IGNORECASE)


def tracked() -> list[Path]:
    """Every file of the tree that git knows or would take, so that build output is left out."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]


FILES = tracked()
PYTHON = [path for path in FILES if path.suffix == ".py"]
TEXT_SUFFIXES = SOURCES | {
    ".md",
    ".toml",
    ".json",
    ".sh",
    ".yaml",
    ".html",
    ".service",
    ".lock",
    "",
}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def generated(path: Path) -> bool:
    return "migrations" in path.parts or "generated" in path.parts


def test_there_is_a_tree_to_check() -> None:
    assert len(PYTHON) > 20


def test_the_arrows_between_packages_hold() -> None:
    verdict = subprocess.run(
        [ROOT / ".venv/bin/lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert verdict.returncode == 0, verdict.stdout[-2000:]


def test_no_source_file_is_longer_than_allowed() -> None:
    lengths = {
        name(path): len(path.read_text().splitlines())
        for path in FILES
        if path.suffix in SOURCES and not generated(path)
    }
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}


def test_no_file_is_named_after_nothing() -> None:
    assert [
        name(path) for path in FILES if path.suffix in SOURCES and path.stem in BANNED_NAMES
    ] == []


def test_every_module_says_first_which_question_it_answers() -> None:
    silent = [
        name(path)
        for path in PYTHON
        if "migrations/versions" not in name(path)
        and path.read_text().strip()
        and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_code_uses_the_words_of_the_house() -> None:
    strangers = []
    for path in PYTHON:
        if name(path).startswith(("tests/", "provisioning/")):
            continue
        identifiers = {
            node.id if isinstance(node, ast.Name) else node.name
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Name | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        }
        words = {
            re.sub(r"[_A-Z]", lambda found: " " + found[0].strip("_"), it) for it in identifiers
        }
        strangers += [f"{name(path)}: {word}" for word in words if BANNED_WORDS.search(word)]
    assert strangers == []


def test_no_registry_and_no_path_of_a_machine_stands_in_the_tree() -> None:
    # Registries and mirrors by their usual names, and the folders of whoever builds here.
    forbidden = re.compile(
        r"registry\.npmjs|registry\.yarnpkg|pypi\.org|pythonhosted|deb\.debian\.org"
        r"|--(?:extra-)?index-url\s+\S|\"resolved\": \"http|/home/[a-z]+/|/root/|/work/"
    )
    found = []
    for path in FILES:
        if path == Path(__file__) or path.suffix not in TEXT_SUFFIXES:
            continue
        for number, line in enumerate(path.read_text(errors="ignore").splitlines(), 1):
            if forbidden.search(line):
                found.append(f"{name(path)}:{number}: {line.strip()[:90]}")
    assert found == []


def test_nothing_is_left_for_later() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    left = [
        f"{name(path)}:{number}"
        for path in FILES
        if path.suffix in SOURCES and path != Path(__file__)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if marks.search(line)
    ]
    assert left == []


PAGES = [
    path
    for path in FILES
    if path.suffix in {".ts", ".tsx"}
    and "src" in path.parts
    and not generated(path)
    and ".test." not in path.name
]


def catalogue(path: Path) -> bool:
    return "messages" in path.parts or "i18n" in path.parts or path.stem == "messages"


def test_every_catalogue_speaks_every_language() -> None:
    # That each language has every key is the compiler's work (`npm run types`).
    catalogues = [path for path in PAGES if "messages" in path.parts or path.stem == "messages"]
    assert catalogues
    dumb = [
        f"{name(path)}: {language}"
        for path in catalogues
        if "Finnish" in path.read_text() or re.search(r"\bfi\b", path.read_text())
        for language in ("fi", "sv", "en")
        if not re.search(rf"\b{language}\b", path.read_text())
    ]
    assert dumb == []


def test_no_text_for_people_stands_outside_a_catalogue() -> None:
    # Letters that only Finnish or Swedish has, and words between tags.
    words = re.compile(r"[äöåÄÖÅ]|>\s*[A-ZÄÖÅ][a-zäöå]+ [a-zäöå ]+\s*</")
    found = []
    for path in PAGES:
        if catalogue(path):
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if words.search(line) and not line.lstrip().startswith(("//", "*", "/*")):
                found.append(f"{name(path)}:{number}: {line.strip()[:80]}")
    assert found == []


def test_every_lock_line_has_a_digest() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    pins = re.split(r"^(?=[a-zA-Z0-9])", lock, flags=re.MULTILINE)[1:]
    assert len(pins) > 50
    assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == []


def test_nothing_stays_lit_after_a_finger_has_touched_it() -> None:
    """Touch screens keep `:hover` on what was touched last: it is for pointers that hover."""
    for_pointers = re.compile(r"@media \(hover: hover\) \{\n(?:  .*\n|\n)*\}")
    lit = [
        name(path)
        for path in FILES
        if path.suffix == ".css" and ":hover" in for_pointers.sub("", path.read_text())
    ]
    assert lit == []
