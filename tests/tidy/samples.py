"""rule -> bad and good samples; a sample is a small source tree, path -> text. A path that ends in
* is executable; {ROOT} stands for the folder that the sample is written to."""


def one(path, *texts):
    return [{path: text} for text in texts]


def lines(count):
    return "int f();\n" * count


def collector(**changes):
    """A complete collector; a change of None takes the file away."""
    folder = "collectors/backup/tape/"
    files = {folder + name: "" for name in ("tape.cc", "tape_test.cc", "README.md")}
    for case in ("good", "bad", "late", "torn", "busy"):
        files[f"{folder}testdata/{case}/case.json"] = "{}"
        files[f"{folder}testdata/{case}/expected.txt"] = ""
    files["collectors/collectors.def"] = "COLLECTOR(backup, tape)\n"
    for path, text in changes.items():
        files.pop(path)
        if text is not None:
            files[path] = text
    return files


BASH = "#!/usr/bin/env bash\nset -euo pipefail\n"
FIXTURE = "TEST_F(A, B) {\n  %s\n}\n"

SAMPLES = {
    "includes": {
        "bad": one("agent/core/a.cc", '#include "agent/io/clock.h"\n', "#include <boost/url.hpp>\n",
                   "#include <fmt/core.h>\n", "#include <nlohmann/json.hpp>\n")
        + one("agent/config/a.cc", '#include "agent/ledger/ledger.h"\n', "#include <unistd.h>\n",
              "#include <fstream>\n", '#include "collectors/registry.h"\n')
        + one("agent/io/a.cc", '#include "agent/http/server.h"\n', '#include "agent/cli/run.h"\n',
              "#include <boost/beast/http.hpp>\n", "#include <prometheus/registry.h>\n")
        + one("agent/http/a.cc", '#include "agent/engine/engine.h"\n', "#include <sys/socket.h>\n")
        + one("agent/ledger/a.cc", "#include <boost/asio.hpp>\n", '#include "tests/support/poll.h"\n')
        + one("agent/cli/a.cc", "#  include <sys/ioctl.h>\n", "#include <prometheus/counter.h>\n")
        + one("collectors/backup/restic/restic.cc", "#include <boost/asio.hpp>\n",
              "#include <boost/beast.hpp>\n", "#include <filesystem>\n", "#include <iostream>\n",
              "#include <prometheus/counter.h>\n", '#include "agent/config/config.h"\n'),
        "good": one("agent/core/a.cc", '#include "agent/core/time.h"\n#include <vector>\n',
                    '// #include <boost/asio.hpp>\n')
        + one("agent/io/http_probe.cc", "#include <boost/beast.hpp>\n#include <unistd.h>\n")
        + one("agent/http/server.cc", "#include <boost/beast.hpp>\n#include \"agent/io/clock.h\"\n")
        + one("agent/exposition/metrics.cc", "#include <prometheus/registry.h>\n")
        + one("agent/core/a_test.cc", "#include <filesystem>\n#include \"tests/support/files.h\"\n")
        + one("collectors/patch/apt/helper/main.cc", "#include <iostream>\n#include <unistd.h>\n")
        + one("collectors/backup/restic/restic.cc", "#include <nlohmann/json.hpp>\n",
              '#include "collectors/backup/families.h"\n'),
    },
    "sqlite": {
        "bad": one("agent/ledger/a.cc", "#include <sqlite3.h>\n")
        + [{"agent/io/a.cc": "#include <sqlite3.h>\n", "agent/io/b.cc": "#include <sqlite3.h>\n"}],
        "good": [{"agent/io/a.cc": "#include <sqlite3.h>\n", "agent/io/a_test.cc": "#include <sqlite3.h>\n"}],
    },
    "clocks": {
        "bad": one("agent/http/a.cc", "auto t = std::chrono::system_clock::now();\n",
                   "auto t = Clock_clock :: now();\n", "clock_gettime(CLOCK_REALTIME, &t);\n",
                   "auto t = std::time(nullptr);\n", "auto t = time(nullptr);\n", "t = time(&x);\n",
                   "localtime_r(&a, &b);\n"),
        "good": one("agent/io/clock.cc", "auto t = std::chrono::system_clock::now();\n")
        + one("agent/http/a.cc", "auto t = io::wall_now(); // system_clock::now()\n",
              "int time(int); WallTime time(now);\n", "using T = std::chrono::steady_clock;\n")
        + one("agent/io/a_test.cc", "auto t = std::chrono::steady_clock::now();\n"),
    },
    "coroutines": {
        "bad": one("agent/cli/a.cc", "void f() { co_return; }\n")
        + one("agent/core/a.h", "void f() { co_await g(); }\n"),
        "good": one("agent/io/a.cc", "void f() { co_return; }\n")
        + one("agent/core/a.h", "// co_await\n"),
    },
    "await_operand": {
        "bad": one("agent/io/a.cc", "co_await run([&] { return 1; });", "co_await run(1, [](int x) { f(x); });",
                   "auto r = co_await io.run(Step{1, 2}, x);", "co_await (f({1, 2}));",
                   "if (co_await wait(Timer{5})) {}", "co_return co_await go(Name{});"),
        "good": one("agent/io/a.cc", "auto op = run([&] { return 1; });\nco_await std::move(op);",
                    "co_await list[0].run(list[i + 1], a);", "if (co_await wait()) { go(A{}); }",
                    "// co_await run(A{})\n", "co_await wait(t); f({1});", 'co_await say("{[");'),
    },
    "globals": {
        "bad": one("agent/core/a.cc", "int counter = 0;\n", "namespace x {\nnamespace {\nstd::string last;\n}\n}\n",
                   "static std::map<int, int> table{{1, 2}};\n", "const char* name = \"x\";\n",
                   "thread_local int depth = 0;\n", "class A {\n static int count_;\n};\n",
                   "int f() {\n static int calls = 0;\n return ++calls;\n}\n",
                   "Registry& instance() {\n static Registry one;\n return one;\n}\n",
                   "std::vector<int> list = {1, 2};\n", "inline int shared = 3;\n"),
        "good": one("agent/core/a.cc", "constexpr int limit = 3;\nconst std::string name = f(1);\n",
                    "const char* const name = \"x\";\ninline constexpr std::array<int, 2> a = {1, 2};\n",
                    "using A = int;\nclass B;\nint f(int a = 3);\nextern const Collector c;\n",
                    "class A {\n public:\n  static A make();\n  static constexpr int size = 3;\n  int member_ = 0;\n};\n",
                    "int f() {\n  static constexpr int table[] = {1};\n  int x = 0;\n  return static_cast<int>(x);\n}\n",
                    "enum class E { a, b };\ntemplate <class T = int>\nstruct S {\n  T t = {};\n};\n",
                    "A& A::operator=(const A&) = default;\nauto f() -> int;\nTRY(x, y);\n",
                    "struct P {\n  int a = 1;\n  bool operator==(const P&) const = default;\n};\n"),
    },
    "feature_ifdef": {
        "bad": one("agent/io/a.cc", "#ifdef WITH_TLS\n#endif\n", "#if 0\n#endif\n"),
        "good": one("agent/io/a.cc", "#define A 1\n#undef A\n#include <x>\n"),
    },
    "pragma_once": {
        "bad": one("agent/io/a.h", "int f();\n"),
        "good": one("agent/io/a.h", "// What it is.\n#pragma once\nint f();\n"),
    },
    "function_length": {
        "bad": one("agent/io/a.cc", "int f() {\n" + "g();\n" * 70 + "}\n")
        + one("agent/io/a_test.cc", "TEST(A, B) {\n" + "g();\n" * 70 + "}\n"),
        "good": one("agent/io/a.cc", "int f() {\n" + "g();\n" * 68 + "}\n",
                    "class A {\n" + "int f() {\n" * 1 + "}\n" + "int g();\n" * 80 + "};\n"),
    },
    "file_length": {
        "bad": one("agent/io/a.cc", lines(401)) + one("tests/e2e/run*", BASH + "true\n" * 400),
        "good": one("agent/io/a.cc", lines(400)) + one("config/agent.json", "\n" * 900),
    },
    "python_function_length": {
        "bad": one("tests/a.py", "def f():\n" + "    g()\n" * 70),
        "good": one("tests/a.py", "def f():\n" + "    g()\n" * 60),
    },
    "assertions": {
        "bad": one("agent/io/a_test.cc", "TEST(A, B) {\n  run();\n}\n", FIXTURE % "// EXPECT_TRUE(x)",
                   FIXTURE % 'log("EXPECT_TRUE(x)");', "void expect_fine(int x) {\n  run(x);\n}\n"),
        "good": one("agent/io/a_test.cc", FIXTURE % "EXPECT_TRUE(x);", FIXTURE % "ASSERT_NE(x, y);",
                    FIXTURE % "expect_refused(x);", FIXTURE % "if (x) ADD_FAILURE();",
                    "void expect_fine(int x) {\n  EXPECT_TRUE(x);\n}\n", "void run() {\n  go();\n}\n"),
    },
    "sleeps": {
        "bad": one("agent/io/a_test.cc", "std::this_thread::sleep_for(5ms);\n", "  usleep(100);\n", "::sleep(1);\n")
        + one("tests/e2e/run*", BASH + "sleep 2\n")
        + one("tests/e2e/a.py", "time.sleep(3)\n")
        + one("tests/e2e/a.mjs", "await page.waitForTimeout(500);\n"),
        "good": one("tests/support/poll.h", "std::this_thread::sleep_for(5ms);\n")
        + one("agent/io/a_test.cc", 'RunHelper{"sleep", "60"}; // usleep(3)\n', "int sleep_count();\n")
        + one("tests/e2e/run*", BASH + "until ready; do sleep 0.1; done\nsleep 60 &\n# sleep 5\n"),
    },
    "skips": {
        "bad": one("agent/io/a_test.cc", "GTEST_SKIP();\n", "TEST(A, DISABLED_B) {}\n")
        + one("tests/e2e/page.mjs", "test.skip('x');\n"),
        "good": one("agent/io/a_test.cc", "TEST(A, SkipsEmptyLines) {}\n"),
    },
    "words": {
        "bad": one("README.md", "TODO: write\n", "see /" + "work/shared/x\n", "in /root/.cache\n", "cd /" + "work\n",
                   "cd /tmp/ab/cd\n", "npm --registry https://registry." + "packages.org/\n", "path {ROOT}/x\n"),
        "good": one("README.md", "ght-test-XXXXXX\n", "network/work/x\n", "/var/lib/x ${d}/root/ /workers /roots\n",
                    "mktemp -d /tmp/ght.XXXXXX\n", "docs at https://www.debian.org/\n"),
    },
    "collector_folders": {
        "bad": [collector(**{"collectors/backup/tape/README.md": None}),
                collector(**{"collectors/backup/tape/tape_test.cc": None}),
                collector(**{"collectors/backup/tape/testdata/busy/case.json": None}),
                collector(**{"collectors/backup/tape/testdata/busy/expected.txt": None}),
                collector(**{"collectors/collectors.def": "// empty\n"})],
        "good": [collector(), {"README.md": ""}],
    },
    "scripts": {
        "bad": one("tests/run", BASH) + one("tests/run*", "#!/bin/bash\ntrue\n", BASH + "if true\n")
        + one("a.sh*", "true\n") + one("tests/x", "#!/usr/bin/env python3\n"),
        "good": one("tests/run*", BASH + "true\n", "#!/bin/sh\nset -e\ntrue\n", "#!/usr/bin/env python3\n")
        + one("README.md", "plain\n"),
    },
    "formatted": {
        "bad": one("agent/io/a.cc", "int   f( );\n"),
        "good": one("agent/io/a.cc", "int f();\n") + one("collectors/collectors.def", "COLLECTOR( a,b )\n"),
    },
}
