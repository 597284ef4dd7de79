// The pages of one fixed View, byte for byte, and what real parsers say of them.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>

#include "agent/exposition/render.h"
#include "agent/exposition/report_render.h"
#include "agent/exposition/rich_report.h"
#include "agent/exposition/rich_view.h"
#include "agent/exposition/runbook_page.h"
#include "tests/support/files.h"

namespace ght {
namespace {

// Compares with a file of tests/golden, and names the first line that differs.
void expect_golden(const std::string& file, const std::string& actual) {
  const auto path = test::source("tests/golden/" + file);
  if (std::getenv("GHT_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << actual;
  }
  std::istringstream is(actual);
  std::istringstream was(test::read_file(path));
  std::string line;
  std::string golden;
  for (int number = 1; std::getline(was, golden); ++number) {
    std::getline(is, line);
    ASSERT_EQ(line, golden) << file << ":" << number << "; --update-golden rewrites the file";
  }
  EXPECT_TRUE(actual == was.str()) << file << " is shorter; --update-golden rewrites the file";
}

struct Golden {
  const char* file;
  std::function<std::string(const View&)> render;
};

class GoldenPage : public testing::TestWithParam<Golden> {};

TEST_P(GoldenPage, IsByteEqual) {
  const test::RichView rich;
  expect_golden(GetParam().file, GetParam().render(rich.view));
}

INSTANTIATE_TEST_SUITE_P(
    All, GoldenPage,
    testing::Values(
        Golden{"metrics.txt",
               [](const View& v) { return render_metrics(v, MetricsFormat::text_0_0_4); }},
        Golden{"metrics.openmetrics.txt",
               [](const View& v) { return render_metrics(v, MetricsFormat::openmetrics_1_0_0); }},
        Golden{"status.json", render_status_json},
        Golden{"page.fr.html", [](const View& v) { return render_status_page(v, Language::fr); }},
        Golden{"page.en.html", [](const View& v) { return render_status_page(v, Language::en); }}),
    [](const auto& one) {
      std::string name = one.param.file;
      for (char& c : name) {
        if (c == '.') c = '_';
      }
      return name;
    });

// Pages that the browser test shows beside the rich one: nothing configured, and all good.
View all_good_view(const test::RichView& rich) {
  View view = test::empty_view();
  for (const CheckView& item : rich.view.checks) {
    if (item.state == State::good) view.checks.push_back(item);
  }
  return view;
}

TEST(ShownPages, EmptyAndAllGoodAreByteEqual) {
  const test::RichView rich;
  View old_contract = all_good_view(rich);
  old_contract.numbering = Numbering::asip_2018;
  const std::pair<const char*, View> pages[] = {{"page.empty.fr.html", test::empty_view()},
                                                {"page.good.fr.html", all_good_view(rich)},
                                                {"page.asip.fr.html", old_contract}};
  for (const auto& [file, view] : pages) {
    expect_golden(file, render_status_page(view, Language::fr));
  }
}

// As cmark makes it of a runbook with everything that runbooks have.
constexpr std::string_view runbook_fragment = R"(<h1>GhtCheckBad : un contrôle est en défaut</h1>
<h2>Signification</h2>
<p>Le contrôle <code>dpi-portail</code> a échoué <strong>deux fois de suite</strong>.</p>
<blockquote>
<p>Le niveau de service est celui du contrat.</p>
</blockquote>
<h2>Diagnostic</h2>
<ol>
<li>Lire le constat :
<pre><code class="language-sh">ght-agent status --config.file /etc/ght-agent/agent.json
journalctl --unit ght-agent --since &quot;1 hour ago&quot; --no-pager --output short-iso-precise --priority warning
</code></pre>
</li>
<li>Refaire le contrôle : <code>ght-agent collect dpi-portail</code></li>
</ol>
<h3>Escalade</h3>
<ul>
<li>astreinte applicative, puis <a href="GhtHostSilent">GhtHostSilent</a> si l'hôte ne répond plus</li>
</ul>
)";

TEST(ShownPages, RunbooksAreByteEqual) {
  expect_golden("runbook.fr.html", render_runbook("GhtCheckBad", runbook_fragment, Language::fr));
  expect_golden("runbook.list.fr.html",
                render_runbook_list({"GhtCheckBad", "GhtHostSilent"}, "", Language::fr));
  expect_golden("runbook.missing.en.html",
                render_runbook_list({"GhtCheckBad", "GhtHostSilent"}, "Ght<b>", Language::en));
}

TEST(GoldenReport, IsByteEqual) {
  const Report report = test::rich_report();
  expect_golden("report.fr.html", render_report_html(report, Language::fr));
  expect_golden("report.en.html", render_report_html(report, Language::en));
  expect_golden("report.json", render_report_json(report));
  expect_golden("report.csv", render_report_csv(report, Language::fr));
  expect_golden("report.en.csv", render_report_csv(report, Language::en));
}

// Runs a command with the text on its standard input; its exit code, with what it said in `said`.
int run_on(const std::string& command, const std::string& input, std::string& said) {
  const test::TempDir dir;
  const std::string in = dir.write("in", input);
  const std::string out = dir.file("out");
  const int status = std::system((command + " < " + in + " > " + out + " 2>&1").c_str());
  said = test::read_file(out);
  return status;
}

TEST(RealParsers, PromtoolFindsNothingToSayAboutTheTextFormat) {
  const test::RichView rich;
  std::string said;
  EXPECT_EQ(
      run_on("promtool check metrics", render_metrics(rich.view, MetricsFormat::text_0_0_4), said),
      0)
      << said;
  EXPECT_EQ(said, "");
}

TEST(RealParsers, TheReferenceParserAcceptsOpenMetricsAndSeesTheSameSeries) {
  const test::RichView rich;
  const std::string checker =
      "/usr/bin/python3 " + test::source("tests/golden/same_series.py").string();
  const test::TempDir dir;
  const std::string text = dir.write("text", render_metrics(rich.view, MetricsFormat::text_0_0_4));
  std::string said;
  EXPECT_EQ(run_on(checker + " " + text,
                   render_metrics(rich.view, MetricsFormat::openmetrics_1_0_0), said),
            0)
      << said;
}

}  // namespace
}  // namespace ght
