#include "agent/exposition/status_maintenance.h"

#include <algorithm>
#include <string_view>

#include "agent/exposition/maintenance_state.h"

namespace ght {
namespace {

constexpr std::size_t windows_shown = 10;

// The title of a check where it is known here; a window outlives the checks that it names.
std::string_view title_of(const View& view, std::string_view name) {
  const auto found = std::ranges::find_if(
      view.checks, [&](const CheckView& item) { return item.check->name == name; });
  return found == view.checks.end() ? name : std::string_view(found->check->title);
}

void scope(HtmlWriter& to, const View& view, const MaintenanceScope& scope) {
  if (scope.all) {
    to.say(Text::window_all);
    return;
  }
  bool first = true;
  for (const Activity activity : scope.activities) {
    if (!first) to.raw(", ");
    first = false;
    to.say(label(activity, to.language()));
  }
  for (const std::string& check : scope.checks) {
    if (!first) to.raw(", ");
    first = false;
    to.say_name(title_of(view, check));
  }
}

void when(HtmlWriter& to, const MaintenanceWindow& window) {
  const MaintenancePlan& plan = window.plan;
  if (!plan.recurring.empty()) {
    to.say(Text::window_recurring, {{"value", plan.recurring}});
    to.raw(", ");
  }
  if (const std::optional<WallTime> end = window.effective_to()) {
    to.say(Text::window_span, {{"from", to.date(*plan.from)}, {"to", to.date(*end)}});
  } else {
    to.say(Text::window_endless, {{"from", to.date(*plan.from)}});
  }
}

void one(HtmlWriter& to, const View& view, const MaintenanceWindow& window) {
  const MaintenancePlan& plan = window.plan;
  const bool now = active(view, window);
  to.raw(now ? "<li><span class=\"badge maintenance\"><span aria-hidden=\"true\">‖</span> "
             : "<li><span class=\"none\">");
  to.say(now ? Text::window_active : Text::window_coming);
  to.raw("</span>");
  if (window.retroactive()) {
    to.raw(" <span class=\"none\">");
    to.say(Text::window_retroactive);
    to.raw("</span>");
  }
  to.raw(" <strong>");
  scope(to, view, plan.scope);
  to.raw("</strong><p>");
  to.say_name(plan.reason);
  to.raw("</p><p class=\"soft\">");
  when(to, window);
  to.raw("<br>");
  if (plan.approver.empty()) {
    to.say(Text::window_not_approved, {{"author", plan.author}});
  } else {
    to.say(Text::window_approved, {{"author", plan.author}, {"approver", plan.approver}});
  }
  to.raw("</p></li>\n");
}

}  // namespace

void write_maintenance(HtmlWriter& to, const View& view) {
  if (view.maintenance.empty()) return;
  to.raw("<section class=\"windows\">\n<h2>");
  to.say(Text::section_maintenance);
  to.raw("</h2>\n<ul>\n");
  const std::size_t shown = std::min(view.maintenance.size(), windows_shown);
  for (std::size_t i = 0; i < shown; ++i) one(to, view, view.maintenance[i]);
  if (const std::size_t more = view.maintenance.size() - shown; more > 0) {
    to.raw("<li>");
    to.say(plural(Text::window_more_one, Text::window_more_many, more, to.language()));
    to.raw("</li>\n");
  }
  to.raw("</ul>\n</section>\n");
}

}  // namespace ght
