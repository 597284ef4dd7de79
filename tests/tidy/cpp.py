"""Just enough of C++ to check house rules: comments and literals blanked out, statements of
namespaces and classes, bodies of functions. It works on our own formatted code, not on any C++."""

import re
from dataclasses import dataclass

TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      |(?P<raw>(?:u8|[uUL])?R"(?P<tag>[^\s()\\]{0,16})\(.*?\)(?P=tag)")
      |(?P<string>(?:u8|[uUL])?"(?:\\.|[^"\\\n])*")
      |(?P<char>(?:u8|[uUL])?'(?:\\.|[^'\\\n])+')
      |\d(?:'?[\w.])*
      |[A-Za-z_]\w*""",
    re.S | re.X,
)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.M)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.M)
CLASS_KEY = re.compile(r"^(?:typedef\s+)?(?:class|struct|union|enum)\b")


def blank(text):
    """The same number of characters and lines, with comments and literals emptied."""

    def empty(match):
        whole = match.group(0)
        if match.group("comment"):
            return re.sub(r"[^\n]", " ", whole)
        if match.group("raw") or match.group("string") or match.group("char"):
            quote = "'" if match.group("char") else '"'
            middle = re.sub(r"[^\n]", " ", whole[1:-1])
            return quote + middle + quote
        return whole

    return TOKEN.sub(empty, text)


def without_directives(text):
    return DIRECTIVE.sub(lambda match: re.sub(r"[^\n]", " ", match.group(0)), text)


def collapse(text):
    """Empties everything between matching brackets: `int f(int a) {...}` -> `int f() {}`."""
    out, depth = [], 0
    for char in text:
        if char in "([{":
            if depth == 0:
                out.append(char)
            depth += 1
        elif char in ")]}":
            depth -= 1
            if depth == 0:
                out.append(char)
        elif depth == 0:
            out.append(char)
    return "".join(out)


def without_templates(text):
    """Drops each leading `template <...>`."""
    text = text.lstrip()
    while text.startswith("template"):
        start = text.find("<")
        depth = end = 0
        for i in range(start, len(text)):
            depth += {"<": 1, ">": -1}.get(text[i], 0)
            if depth == 0:
                end = i
                break
        if end == 0:
            return ""
        text = text[end + 1 :].lstrip()
    return text


def normal(text):
    text = without_templates(collapse(text))
    text = re.sub(r"\[\]\s*|\b(?:public|private|protected)\s*:(?!:)", "", text)
    return re.sub(r"\s+", " ", text).strip()


def assigns(text):
    """Is there an initialising `=` outside brackets?"""
    text = re.sub(r"operator\s*[^\s\w(]+", "operator", text)
    return re.search(r"(?<![=!<>])=(?!=)", text) is not None


@dataclass
class Function:
    header: str
    start: int  # offset of the first character of the header
    open: int  # offset of the body's {
    end: int  # offset of its }


@dataclass
class Statement:
    scope: str  # "namespace" or "class"
    text: str  # collapsed
    start: int


def kind_of_brace(header):
    header = normal(header)
    if re.match(r"^(?:inline )?namespace\b|^extern\s*\" *\"$", header):
        return "namespace"
    if assigns(header):
        return "init"
    if CLASS_KEY.match(header) and "(" not in header:
        return "init" if header.startswith("enum") else "class"
    if "(" not in header:
        return "init"
    in_member_list = re.search(r"\(\)[\w\s()]*:(?!:)", header) is not None
    if in_member_list and re.search(r"[\w>]$", header):
        return "init"
    return "function"


class Outline:
    """Functions and statements of one blanked file."""

    def __init__(self, blanked):
        self.text = without_directives(blanked)
        self.functions = []
        self.statements = []
        self._stack = [("namespace", 0, 0)]  # kind, head to go on with, offset of the bracket
        self._head = 0
        for offset, char in enumerate(self.text):
            if char in "([":
                self._stack.append(("bracket", self._head, offset))
            elif char == "{":
                self._open(offset)
            elif char in ")]}":
                self._close(offset)
            elif char == ";":
                self._semicolon(offset)

    def _declares(self):
        return self._stack[-1][0] in ("namespace", "class")

    def _open(self, offset):
        kind = kind_of_brace(self.text[self._head : offset]) if self._declares() else "block"
        self._stack.append((kind, self._head, offset))
        if kind in ("namespace", "class"):
            self._head = offset + 1

    def _close(self, offset):
        if len(self._stack) == 1:
            return  # unbalanced: the compiler says so better
        kind, head, opened = self._stack.pop()
        if kind == "function":
            start = head + len(self.text[head:opened]) - len(self.text[head:opened].lstrip())
            header = normal(self.text[head:opened])
            self.functions.append(Function(header, start, opened, offset))
            self._head = offset + 1
        elif kind == "namespace":
            self._head = offset + 1
        elif kind == "class":
            self._head = head

    def _semicolon(self, offset):
        if not self._declares():
            return
        raw = self.text[self._head : offset]
        start = self._head + len(raw) - len(raw.lstrip())
        self.statements.append(Statement(self._stack[-1][0], normal(raw), start))
        self._head = offset + 1


def await_operands(blanked):
    """(offset, text) of the operand of every co_await, up to the end of its expression."""
    for match in re.finditer(r"\bco_await\b", blanked):
        depth, i = 0, match.end()
        while i < len(blanked):
            char = blanked[i]
            if char in "([{":
                depth += 1
            elif char in ")]}":
                depth -= 1
                if depth < 0:
                    break
            elif depth == 0 and char in ";,":
                break
            i += 1
        yield match.start(), blanked[match.end() : i]
