#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/text.h"
#include "agent/exposition/html.h"
#include "agent/exposition/html_writer.h"
#include "agent/exposition/people.h"
#include "agent/exposition/render.h"
#include "agent/exposition/status_history.h"
#include "agent/exposition/status_maintenance.h"
#include "agent/exposition/summary.h"

namespace ght {
namespace {

constexpr std::size_t names_in_head = 3;      // of each state; more do not fit a phone
constexpr std::size_t bytes_of_name = 48;     // in the head; the whole title stands below
constexpr std::size_t digits_of_head = 16;    // the whole is in the JSON
constexpr std::size_t bytes_of_page = 14000;  // style, head and foot, to write without growing
constexpr std::size_t bytes_per_check = 4000;

// Tells states apart without colour; the word stands beside it.
std::string_view symbol(State state) {
  constexpr std::array<std::string_view, all_states.size()> symbols = {"✓", "✕", "?", "‖", "☾"};
  return symbols[static_cast<std::size_t>(state)];
}

bool wants_attention(const CheckView& item) {
  return item.state == State::bad || item.state == State::unknown;
}

class Page : HtmlWriter {
 public:
  Page(const View& view, Language language)
      : HtmlWriter(view, language),
        view_(view),
        language_(language),
        summary_(summarise(view)),
        history_(*this, view) {
    out().reserve(bytes_of_page + bytes_per_check * view.checks.size());
  }

  std::string render() {
    head();
    identity();
    headline_box();
    banners();
    attention();
    activities();
    write_maintenance(*this, view_);
    history_.legend();
    foot();
    return std::move(out());
  }

 private:
  void head() {
    raw("<!doctype html>\n<html lang=\"");
    raw(language_ == Language::fr ? "fr" : "en");
    raw("\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta http-equiv=\"refresh\" content=\"15\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src 'unsafe-inline'; img-src data:\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<meta name=\"robots\" content=\"noindex\">\n<link rel=\"icon\" href=\"data:,\">\n<title>");
    raw(symbol(overall(summary_)));
    raw(" ");
    say(headline(summary_, language_));
    raw(" – ");
    say(view_.identity.host);
    raw("</title>\n<style>");
    raw(page_style());
    raw(history_style());
    raw("</style>\n</head>\n<body>\n");
  }

  void identity() {
    raw("<header><p><strong>");
    say_name(view_.identity.host);
    raw("</strong> <span class=\"soft\">");
    say_name(view_.identity.establishment);
    raw("</span></p><p class=\"soft\">");
    say(Text::page_time, {{"date", say_date_seconds(view_.now, language_, view_.time_zone)}});
    raw("</p></header>\n<main>\n");
  }

  void headline_box() {
    const State state = overall(summary_);
    raw("<section class=\"head ");
    raw(name(state));
    raw("\">\n<h1><span aria-hidden=\"true\">");
    raw(symbol(state));
    raw("</span> ");
    say(headline(summary_, language_));
    raw("</h1>\n");
    names(State::bad, Text::list_bad);
    names(State::unknown, Text::list_unknown);
    if (const std::string rest = breakdown(summary_, language_); !rest.empty()) {
      raw("<p class=\"small\">");
      say(rest);
      raw("</p>\n");
    }
    raw("</section>\n");
  }

  void names(State state, Text title) {
    if (summary_[state] == 0) return;
    raw("<p><strong>");
    say(title);
    raw("</strong> ");
    std::size_t shown = 0;
    for (std::size_t i = 0; i < view_.checks.size() && shown < names_in_head; ++i) {
      if (view_.checks[i].state != state) continue;
      if (shown++ > 0) raw(", ");
      link_to_card(i);
      say_name(clean_text(view_.checks[i].check->title, bytes_of_name));
      raw("</a>");
    }
    if (const std::size_t more = summary_[state] - shown; more > 0) {
      raw(" ");
      say(plural(Text::list_more_one, Text::list_more_many, more, language_));
    }
    raw("</p>\n");
  }

  void banner(Text title, Text detail, const std::string& error, const std::string& when) {
    raw("<section class=\"banner\"><p><strong>");
    say(title);
    raw(".</strong> ");
    const std::string cause(text(Text::cause_unknown, language_));
    say(detail, {{"value", error.empty() ? cause : error}, {"date", when}});
    raw("</p></section>\n");
  }

  void banners() {
    if (!view_.reload_ok) {
      banner(Text::banner_reload, Text::banner_reload_detail, view_.reload_error,
             date(view_.reload_success));
    }
    if (view_.web_tls) tls_banners(*view_.web_tls);
    if (!view_.ledger_healthy) {
      const std::string never(text(Text::never, language_));
      banner(Text::banner_ledger, Text::banner_ledger_detail, view_.ledger_error,
             view_.ledger_last_write ? date(*view_.ledger_last_write) : never);
    }
  }

  void tls_banners(const WebTlsView& tls) {
    if (tls.not_after <= view_.now) {
      banner(Text::banner_tls_expired, Text::banner_tls_expired_detail, "", date(tls.not_after));
    }
    if (!tls.reload_error.empty()) {
      banner(Text::banner_tls, Text::banner_tls_detail, tls.reload_error, date(tls.not_after));
    }
  }

  void badge(State state) {
    raw("<span class=\"badge ");
    raw(name(state));
    raw("\"><span aria-hidden=\"true\">");
    raw(symbol(state));
    raw("</span> ");
    say(label(state, language_));
    raw("</span>");
  }

  void details(const CheckView& item) {
    raw("<p>");
    say(reason_sentence(item.reason, item.check->collector, language_, view_.time_zone));
    raw("</p><p class=\"soft\">");
    moment(Text::since, Text::since_future, item.state_since);
    raw("<br>");
    if (item.last_run) {
      moment(Text::last_run, Text::last_run_future, *item.last_run);
    } else {
      say(Text::last_run_never);
    }
    raw("</p>");
  }

  void failures(const CheckView& item) {
    if (item.failures == nullptr || item.failures->empty()) return;
    raw("<details class=\"past\"><summary><span>");
    say(Text::failures_title);
    raw("</span></summary>\n");
    for (const Failure& failure : *item.failures) {
      const std::string why =
          reason_sentence(failure.reason, item.check->collector, language_, view_.time_zone);
      raw("<p>");
      if (failure.runs == 1) {
        say(Text::failure_once, {{"date", date(failure.last)}, {"value", why}});
      } else {
        say(Text::failure_many, {{"from", date(failure.first)},
                                 {"to", date(failure.last)},
                                 {"n", std::to_string(failure.runs)},
                                 {"value", why}});
      }
      raw("</p>\n");
      if (failure.transcript.empty()) continue;
      raw("<pre>");
      say(failure.transcript);
      raw("</pre>\n");
    }
    raw("</details>\n");
  }

  void link_to_card(std::size_t index) {
    raw("<a href=\"#c");
    raw(std::to_string(index));
    raw("\">");
  }

  void attention() {
    if (summary_[State::bad] + summary_[State::unknown] == 0) return;
    raw("<section>\n<h2>");
    say(Text::section_attention);
    raw("</h2>\n");
    for (const State state : {State::bad, State::unknown}) {
      for (std::size_t i = 0; i < view_.checks.size(); ++i) {
        if (view_.checks[i].state == state) card(i);
      }
    }
    raw("</section>\n");
  }

  void card(std::size_t index) {
    const CheckView& item = view_.checks[index];
    raw("<article class=\"card ");
    raw(name(item.state));
    raw("\" id=\"c");
    raw(std::to_string(index));
    raw("\">\n<h3>");
    badge(item.state);
    say_name(item.check->title);
    raw("</h3>");
    details(item);
    raw("<p class=\"soft\">");
    say(std::to_string(number(item.check->activity, view_.numbering)));
    raw(" ");
    say(label(item.check->activity, language_));
    raw("</p>\n");
    // Open only where it pushes down nothing that is bad.
    history_.check(index, summary_[State::bad] + summary_[State::unknown] == 1);
    failures(item);
    raw("</article>\n");
  }

  void activities() {
    raw("<section>\n<h2>");
    say(Text::section_activities);
    raw("</h2>\n");
    if (view_.numbering != Numbering::csp) {
      raw("<p class=\"soft\" id=\"numbering\">");
      say(Text::numbering_note);
      raw("</p>\n");
    }
    for (const Activity activity : in_order(view_.numbering)) one_activity(activity);
    raw("</section>\n");
  }

  void one_activity(Activity activity) {
    raw("<section class=\"activity\">\n<h3><span class=\"number\">");
    say(std::to_string(number(activity, view_.numbering)));
    raw("</span><span>");
    say(label(activity, language_));
    raw("</span></h3>\n");
    if (!worst_state(view_, activity)) {
      raw("<p><span class=\"none\">");
      say(Text::not_demonstrated);
      raw("</span> <span class=\"soft\">");
      say(Text::not_demonstrated_detail);
      raw("</span></p>\n");
    } else {
      history_.activity(activity);
      raw("<ul>\n");
      for (std::size_t i = 0; i < view_.checks.size(); ++i) {
        if (view_.checks[i].check->activity == activity) row(i);
      }
      raw("</ul>\n");
    }
    raw("</section>\n");
  }

  void row(std::size_t index) {
    const CheckView& item = view_.checks[index];
    raw("<li>");
    badge(item.state);
    raw("<strong>");
    say_name(item.check->title);
    raw("</strong>");
    if (wants_attention(item)) {
      raw(" ");
      link_to_card(index);
      say(Text::see_above);
      raw("</a>");
    } else {
      details(item);
      history_.check(index, false);
      failures(item);
    }
    raw("</li>\n");
  }

  void foot() {
    const Identity& id = view_.identity;
    raw("</main>\n<footer>\n<nav><a href=\"metrics\">");
    say(Text::link_metrics);
    raw("</a> <a href=\"api/v1/status\">");
    say(Text::link_json);
    raw("</a> <a href=\"");
    raw(language_ == Language::fr ? "runbooks/" : "runbooks/?lang=en");
    raw("\">");
    say(Text::link_runbooks);
    raw("</a> <a href=\"");
    raw(language_ == Language::fr ? "?lang=en\" lang=\"en" : "./\" lang=\"fr");
    raw("\">");
    say(Text::link_language);
    raw("</a></nav>\n<p class=\"soft\">");
    for (const std::string* part : {&id.ght, &id.establishment}) {
      if (part->empty()) continue;
      say_name(*part);
      raw(" · ");
    }
    if (!id.site.empty()) {
      say(Text::site, {{"value", id.site}});
      raw(" · ");
    }
    say_name(id.host);
    raw("</p>\n<p class=\"soft\">");
    say(Text::page_zone, {{"value", say_zone(view_.now, view_.time_zone)}});
    raw(" · ");
    say(Text::page_refresh);
    raw("</p>\n<p class=\"soft\">");
    say(Text::agent_version, {{"value", view_.version + " (" + view_.revision + ")"}});
    raw(" · ");
    moment(Text::agent_started, Text::agent_started_future, view_.started);
    raw("</p>\n<p class=\"soft\">");
    chain();
    raw("</p>\n<p class=\"soft\">");
    say(Text::evidence_note);
    raw("</p>\n</footer>\n</body>\n</html>\n");
  }

  void chain() {
    if (view_.chain_head.empty()) {
      say(Text::chain_unread);
      return;
    }
    say(view_.chain_records == 1 ? Text::chain_one : Text::chain_many,
        {{"n", std::to_string(view_.chain_records)},
         {"value", view_.chain_head.substr(0, digits_of_head)}});
  }

  const View& view_;
  Language language_;
  Summary summary_;
  StatusHistory history_;
};

}  // namespace

std::string render_status_page(const View& view, Language language) {
  return Page(view, language).render();
}

}  // namespace ght
