"""Rules about tests, scripts, words and the completeness of folders."""

import ast
import os
import re
import shutil
import subprocess

from tree import Finding

LINES = 400
ASSERTION = re.compile(r"\b(?:EXPECT|ASSERT)_\w+\s*\(|\bADD_FAILURE(?:_AT)?\s*\(|\bFAIL\s*\(")
ASSERTING_CALL = re.compile(r"\b(?:expect|assert)_\w+\s*[(<]")
TEST = re.compile(r"^(?:TEST|TEST_F|TEST_P|TYPED_TEST|TYPED_TEST_P)\(\)$")


def file_length(tree):
    """Source files have at most 400 lines"""
    for file in tree.files:
        if file.is_cpp or file.is_shell or file.is_python or file.path.endswith((".ts", ".mjs", ".js")):
            lines = file.text.count("\n")
            if lines > LINES:
                yield Finding(file.path, LINES, f"{lines} lines in one file; at most {LINES}")


def python_function_length(tree):
    """Python functions have at most 70 lines"""
    for file in tree.files:
        if not file.is_python:
            continue
        for node in ast.walk(ast.parse(file.text)):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > 70:
                yield Finding(file.path, node.lineno, f"{node.name} has over 70 lines")


def assertions(tree):
    """Every test asserts something"""
    for file in tree.cpp:
        if not file.is_test:
            continue
        for function in file.outline.functions:
            body = file.outline.text[function.open : function.end]
            if TEST.match(function.header):
                if not ASSERTION.search(body) and not ASSERTING_CALL.search(body):
                    yield file.at(function.start, "this test can never fail: no EXPECT_ or ASSERT_ "
                                                  "and no call of an expect_... function")
            elif re.search(r"\b(?:expect|assert)_\w+\s*\(\)", function.header):
                if not ASSERTION.search(body) and not ASSERTING_CALL.search(body):
                    yield file.at(function.start, "called expect_ or assert_, but asserts nothing")


SLEEP_CPP = re.compile(r"\bsleep_(?:for|until)\b|(?<![\w.>])(?:u|nano)?sleep\s*\(")
# In scripts a poll's tick is a sleep: up to half a second, in a loop that has a deadline.
SLEEP_SCRIPT = re.compile(r"(?<![\w.\"'-])sleep\s+(\d+(?:\.\d+)?)(?!.*&\s*$)|\btime\.sleep\((\d+(?:\.\d+)?)\)",
                          re.M)


def sleeps(tree):
    """Tests do not sleep; they poll with a deadline"""
    for file in tree.files:
        if not file.is_test or file.is_sample or file.path == "tests/support/poll.h":
            continue
        if file.is_cpp:
            for match in SLEEP_CPP.finditer(file.blanked):
                yield file.at(match.start(), f"{match.group(0)}: use test::eventually")
        elif file.is_shell or file.is_python:
            for match in SLEEP_SCRIPT.finditer(without_hash_comments(file.text)):
                if float(match.group(1) or match.group(2)) > 0.5:
                    yield file.at(match.start(), f"{match.group(0)}: poll with a deadline")
        elif file.path.endswith((".mjs", ".js", ".ts")):
            for match in re.finditer(r"\bwaitForTimeout\b", file.text):
                yield file.at(match.start(), "waitForTimeout: wait for what you want to see")


def without_hash_comments(text):
    return re.sub(r"(?m)(^|\s)#[^\n]*", lambda m: m.group(1) + " " * (len(m.group(0)) - len(m.group(1))), text)


def skips(tree):
    """No test is skipped or disabled"""
    words = re.compile(r"\bGTEST_SKIP\b|\bDISABLED_|\.(?:skip|todo)\(|@?unittest\.skip")
    for file in tree.files:
        if file.is_test and not file.is_sample and (file.is_cpp or file.is_python or file.path.endswith((".mjs", ".js", ".ts"))):
            for match in words.finditer(file.blanked if file.is_cpp else file.text):
                yield file.at(match.start(), f"{match.group(0)}: a test runs or is deleted")


MARKERS = re.compile(r"\b(?:TODO|FIXME|XXX)\b")
MACHINE_PATHS = re.compile(r"(?<![\w.$}/-])/(?:work|root|Users|builds)(?:/[\w.]|\b(?![\w/.-]))|/tmp/[a-z]{2}/")
REGISTRIES = re.compile(r"\b(?:registry|proxy|deb|security|files)\.(?!example)[a-z-]+\.(?:org|com|io|net)\b")


def words(tree):
    """No TODO, no path of somebody's machine, no package registry"""
    for file in tree.files:
        if file.is_sample or not file.is_text:
            continue
        for match in MARKERS.finditer(file.text):
            yield file.at(match.start(), f"{match.group(0)}: do it or open an issue")
        for match in MACHINE_PATHS.finditer(file.text):
            yield file.at(match.start(), f"{match.group(0)}: a path of one machine")
        if len(tree.root) > 5 and tree.root in file.text:
            yield file.at(file.text.index(tree.root), "the path of this very folder")
        for match in REGISTRIES.finditer(file.text):
            yield file.at(match.start(), f"{match.group(0)}: the system's configuration chooses the registry")


def collector_folders(tree):
    """Every collector is complete, and every folder is a line of collectors.def"""
    table = tree.find("collectors/collectors.def")
    if table is None:
        return
    rows = re.findall(r"^COLLECTOR\((\w+), *(\w+)\)", table.text, re.M)
    for group, name in rows:
        folder = f"collectors/{group}/{name}"
        for wanted in (f"{name}.cc", f"{name}_test.cc", "README.md"):
            if tree.find(f"{folder}/{wanted}") is None:
                yield Finding(table.path, 1, f"{folder} lacks {wanted}")
        cases = {f.path.rsplit("/", 1)[0] for f in tree.below(f"{folder}/testdata") if f.name == "case.json"}
        if len(cases) < 5:
            yield Finding(table.path, 1, f"{folder}/testdata has {len(cases)} cases; at least five")
        for case in sorted(cases):
            if tree.find(f"{case}/expected.txt") is None:
                yield Finding(f"{case}/case.json", 1, "no expected.txt beside it")
    listed = {f"{group}/{name}" for group, name in rows}
    for file in tree.below("collectors"):
        parts = file.path.split("/")
        if len(parts) == 4 and file.name == parts[2] + ".cc" and f"{parts[1]}/{parts[2]}" not in listed:
            yield Finding(file.path, 1, "no line in collectors.def names this collector")


def scripts(tree):
    """Scripts are executable, parse, and stop at the first error"""
    for file in tree.files:
        if file.interpreter and not file.executable:
            yield Finding(file.path, 1, "has an interpreter line but is not executable")
        if not file.is_shell:
            continue
        wanted = "set -euo pipefail" if "bash" in file.interpreter else "set -e"
        if not re.search(rf"^{wanted}", file.text, re.M):
            yield Finding(file.path, 1, f"lacks `{wanted}`")
        shell = "bash" if "bash" in file.interpreter else "sh"
        check = subprocess.run([shell, "-n", os.path.join(tree.root, file.path)],
                               capture_output=True, text=True, check=False)
        if check.returncode != 0:
            yield Finding(file.path, 1, check.stderr.strip())


def formatted(tree):
    """C++ is formatted by clang-format 19"""
    program = shutil.which("clang-format-19")
    if program is None:
        yield Finding(".clang-format", 1, "clang-format-19 is missing: packaging/build-deps --tests")
        return
    paths = [file.path for file in tree.cpp if not file.path.endswith(".def")]
    if not paths:
        return
    check = subprocess.run([program, "--dry-run", "-Werror", "--ferror-limit=1", *paths],
                           cwd=tree.root, capture_output=True, text=True, check=False)
    for match in re.finditer(r"^(.+?):(\d+):\d+: error: ", check.stderr, re.M):
        yield Finding(match.group(1), int(match.group(2)), "clang-format-19 -i " + match.group(1))
    if check.returncode != 0 and "error:" not in check.stderr:
        yield Finding(".clang-format", 1, check.stderr.strip()[:300])


RULES = [file_length, python_function_length, assertions, sleeps, skips, words, collector_folders,
         scripts, formatted]
