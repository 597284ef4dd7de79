#include "agent/exposition/runbook_page.h"

#include "agent/exposition/html.h"

namespace ght {
namespace {

// Commands are scrolled, not wrapped: a line break inside of "--since" would be typed as it is
// read.
std::string_view runbook_style() {
  return R"css(.runbook{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.7rem .8rem}
.runbook h1{font-size:1.35rem;line-height:1.2;margin-bottom:.4rem}
.runbook h2{border-top:1px solid var(--line);padding-top:.6rem}
.runbook h3{font-size:1rem;margin:.7rem 0 .3rem}
.runbook p,.runbook ul,.runbook ol,.runbook pre{margin:.5rem 0}
.runbook ul,.runbook ol{list-style:revert;padding-left:1.4rem}
.runbook li{margin:.3rem 0}
.runbook code{font-family:ui-monospace,"DejaVu Sans Mono",Consolas,monospace;font-size:.9em}
.runbook pre{background:var(--back);border:1px solid var(--line);border-radius:.35rem;padding:.5rem .6rem}
.runbook pre code{display:block;overflow-x:auto;overflow-wrap:normal;font-size:.8rem}
.runbook blockquote{margin:.5rem 0;padding-left:.7rem;border-left:.25rem solid var(--line)}
.list li{padding:.25rem 0}
nav{display:flex;flex-wrap:wrap;gap:.4rem 1.2rem;margin-bottom:.6rem}
nav a{padding:.5rem 0}
)css";
}

class Page {
 public:
  Page(Language in, bool list) : language_(in), list_(list) {}

  void begin(const std::string& title) {
    out_ += "<!doctype html>\n<html lang=\"";
    out_ += language_ == Language::fr ? "fr" : "en";
    out_ +=
        "\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src 'unsafe-inline'; img-src data:\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<meta name=\"robots\" content=\"noindex\">\n<link rel=\"icon\" href=\"data:,\">\n<title>";
    append_html(out_, title);
    out_ += "</title>\n<style>";
    out_ += page_style();
    out_ += runbook_style();
    out_ += "</style>\n</head>\n<body>\n";
    links();
    out_ += "<main class=\"runbook\">\n";
  }

  std::string end() {
    out_ += "</main>\n</body>\n</html>\n";
    return std::move(out_);
  }

  void raw(std::string_view markup) { out_ += markup; }
  void say(Text key, Replacements values = {}) {
    append_html(out_, fill(text(key, language_), values, language_));
  }
  void link(std::string_view target, std::string_view language, std::string_view name) {
    out_ += "<a href=\"";
    out_ += target;
    out_ += language;
    out_ += "\">";
    append_html(out_, name);
    out_ += "</a>";
  }
  // French is what a page is without a query.
  std::string_view query() const { return language_ == Language::fr ? "" : "?lang=en"; }

 private:
  void links() {
    out_ += "<nav>";
    link("../", query(), text(Text::runbook_status, language_));
    if (!list_) {
      out_ += ' ';
      link("./", query(), text(Text::runbook_all, language_));
    }
    out_ += ' ';
    link("", language_ == Language::fr ? "?lang=en" : "?lang=fr",
         text(Text::link_language, language_));
    out_ += "</nav>\n";
  }

  std::string out_;
  Language language_;
  bool list_;
};

}  // namespace

std::string render_runbook(std::string_view name, std::string_view fragment, Language language) {
  Page page(language, false);
  page.begin(fill(text(Text::runbook_title, language), {{"value", name}}, language));
  page.raw(fragment);
  return page.end();
}

std::string render_runbook_list(const std::vector<std::string>& names, std::string_view missing,
                                Language language) {
  Page page(language, missing.empty());
  page.begin(std::string(text(Text::runbooks, language)));
  page.raw("<h1>");
  if (missing.empty()) {
    page.say(Text::runbooks);
  } else {
    page.say(Text::runbook_missing, {{"value", missing}});
  }
  page.raw("</h1>\n<p>");
  page.say(names.empty() ? Text::runbooks_none : Text::runbooks_known);
  page.raw("</p>\n");
  if (!names.empty()) {
    page.raw("<ul class=\"list\">\n");
    for (const std::string& name : names) {
      page.raw("<li>");
      page.link(name, page.query(), name);
      page.raw("</li>\n");
    }
    page.raw("</ul>\n");
  }
  return page.end();
}

}  // namespace ght
