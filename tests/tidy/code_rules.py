"""Rules about C++ code: who may include and do what (DESIGN 5), and its shape."""

import re

import cpp
from tree import Finding

# A room may include itself and these, with quotes. Rooms that are not named may include anything.
ROOMS = {
    "core": set(),
    "config": {"core"},
    "schedule": {"core"},
    "ledger": {"core"},
    "exposition": {"core"},
    "io": {"core", "config", "schedule", "ledger", "exposition"},
    "http": {"core", "config", "schedule", "ledger", "exposition", "io"},
    "engine": {"core", "config", "schedule", "ledger", "exposition", "io", "http", "collectors"},
    "collectors": {"core"},
}

# <header> pattern -> (rooms that may, paths that may, why)
LIBRARIES = [
    (r"boost/beast", {"http"}, r"^agent/io/(http_|asio_impl)", "Beast is for the server and the HTTP probe"),
    (r"boost/asio", {"io", "http", "engine", "cli", "main.cc"}, None,
     "Asio stays out of rooms without I/O"),
    (r"prometheus/", {"exposition"}, None, "prometheus types stay in agent/exposition"),
    (r"(unistd|fcntl|signal|spawn|poll|netdb|pwd|grp|termios|dlfcn|dirent|sched|ifaddrs)\.h$"
     r"|(sys|netinet|net|linux|systemd)/|csignal$",
     {"io"}, None, "syscalls are made in agent/io only"),
    (r"(filesystem|fstream|thread)$", {"io", "cli", "main.cc", "engine"}, None,
     "files and threads are for agent/io"),
    (r"iostream$", {"cli", "main.cc"}, None, "only the command line talks to the terminal"),
]
CORE_HAS_ONLY_STD = r"^(boost|fmt|spdlog|nlohmann|date|openssl|prometheus|CLI)/|^(sqlite3|ares|zlib)\.h"


def includes(tree):
    """Folders include only what DESIGN 5 lets them"""
    for file in tree.product:
        if file.is_helper_program:
            continue
        allowed = ROOMS.get(file.room)
        for line, quoted, path in file.includes:
            target = path.split("/")[1] if path.startswith("agent/") else path.split("/")[0]
            ours = quoted and path.startswith(("agent/", "collectors/", "tests/"))
            if ours and path.startswith("tests/"):
                yield Finding(file.path, line, f'"{path}": the product includes no test code')
            elif ours and allowed is not None and target not in allowed | {file.room}:
                may = ", ".join(sorted(allowed | {file.room}))
                yield Finding(file.path, line, f'"{path}": {file.room} may include only {may}')
            elif not ours:
                yield from library(file, line, path)


def library(file, line, path):
    if file.room == "core" and re.search(CORE_HAS_ONLY_STD, path):
        yield Finding(file.path, line, f"<{path}>: agent/core uses the standard library alone")
        return
    for pattern, rooms, paths, why in LIBRARIES:
        if not re.match(pattern, path) or file.room in rooms:
            continue
        if paths is None or not re.match(paths, file.path):
            yield Finding(file.path, line, f"<{path}>: {why}")
        return


def sqlite(tree):
    """SQLite is included by one file of agent/io"""
    users = [
        (file, line)
        for file in tree.product
        if not file.is_helper_program
        for line, _, path in file.includes
        if path == "sqlite3.h"
    ]
    for file, line in users:
        if file.room != "io":
            yield Finding(file.path, line, "<sqlite3.h>: SQLite is for one file of agent/io")
    if len({file.path for file, _ in users}) > 1:
        for file, line in users:
            yield Finding(file.path, line, "<sqlite3.h>: more than one file includes SQLite")


CLOCKS = re.compile(
    r"\b\w*_clock\s*::\s*now\b|\b(?:clock_gettime|gettimeofday|localtime(?:_r)?|gmtime(?:_r)?)\s*\("
    r"|\bstd::time\s*\(|(?<![\w.:>])time\s*\(\s*(?:nullptr|NULL|0|&\w+)\s*\)"
)


def clocks(tree):
    """Clocks are read in agent/io/clock.cc only; elsewhere `now` is an argument"""
    for file in tree.product:
        if file.path == "agent/io/clock.cc" or file.is_helper_program:
            continue
        for match in CLOCKS.finditer(file.blanked):
            yield file.at(match.start(), f"{match.group(0)}: take the time as an argument")


def coroutines(tree):
    """Coroutines live in agent/io, agent/http and agent/engine"""
    for file in tree.product:
        if file.room in ("io", "http", "engine"):
            continue
        for match in re.finditer(r"\bco_(?:await|return|yield)\b", file.blanked):
            yield file.at(match.start(), f"{match.group(0)} outside io, http and engine")


def await_operand(tree):
    """No lambda and no brace-initialised temporary in a co_await operand (g++ 12 destroys it twice)"""
    for file in tree.cpp:
        for offset, operand in cpp.await_operands(file.blanked):
            if re.search(r"(?:^|[(,=&|?:]|\breturn\b)\s*\[", operand):
                yield file.at(offset, "lambda in a co_await operand: name it before, then await")
            elif "{" in operand:
                yield file.at(offset, "braces in a co_await operand: name the object before")


def is_mutable(text):
    left = re.split(r"(?<![=!<>])=(?!=)|\{", text, maxsplit=1)[0]
    if "constexpr" in left:
        return False
    if "*" in left:
        return re.search(r"\*\s*const\b", left) is None
    return re.search(r"\bconst\b", left) is None


def is_variable(text):
    if not text or cpp.CLASS_KEY.match(text):
        return False
    if re.match(r"(using|typedef|namespace|static_assert|friend|template|extern template)\b", text):
        return False
    left = re.split(r"(?<![=!<>])=(?!=)|\{", text, maxsplit=1)[0]
    if "(" in left:
        return False
    return re.search(r"[\w>&*]\s+[&*]*\w+(?:\s*\[\])?\s*$", left.rstrip()) is not None


def globals_(tree):
    """No mutable variables at namespace scope, no static members, no mutable static locals"""
    for file in tree.product:
        for statement in file.outline.statements:
            text = statement.text
            if statement.scope == "class" and not re.match(r"(inline )?static\b", text):
                continue
            if is_variable(text) and is_mutable(text):
                yield file.at(statement.start, f"mutable variable outside a function: {text[:60]}")
        for function in file.outline.functions:
            body = file.outline.text[function.open : function.end]
            for match in re.finditer(r"\b(?:static|thread_local)\s+(?!const\b|constexpr\b)", body):
                yield file.at(function.open + match.start(), "mutable static local; pass it in")


def feature_ifdef(tree):
    """No conditional compilation in the product"""
    for file in tree.product:
        for match in re.finditer(r"^[ \t]*#[ \t]*(?:if|ifdef|ifndef|elif)\b", file.blanked, re.M):
            yield file.at(match.start(), "conditional compilation: one program, chosen at run time")


def pragma_once(tree):
    """Every header begins with #pragma once"""
    for file in tree.cpp:
        if file.path.endswith(".h") and not re.search(r"^#pragma once$", file.text, re.M):
            yield Finding(file.path, 1, "the header lacks #pragma once")


def function_length(tree):
    """Functions have at most 70 lines"""
    for file in tree.cpp:
        for function in file.outline.functions:
            lines = file.line_of(function.end) - file.line_of(function.start) + 1
            if lines > 70:
                yield file.at(function.start, f"{lines} lines in one function; at most 70")


RULES = [includes, sqlite, clocks, coroutines, await_operand, globals_, feature_ifdef, pragma_once,
         function_length]
