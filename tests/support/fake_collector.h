// Two collectors that exist only in tests: `probe` has a setting of every kind, `plain` has none.
#pragma once

#include <array>

#include "agent/core/collector.h"

namespace ght::test {

inline constexpr std::array<std::string_view, 2> fake_methods = {"GET", "HEAD"};

inline constexpr std::array<Field, 2> fake_login_fields = {{
    {.key = "user", .need = Need::required, .min = 1, .help = "Who asks."},
    {.key = "password_file", .kind = FieldKind::path, .need = Need::required, .help = "Secret."},
}};

inline constexpr std::array<Field, 2> fake_copy_fields = {{
    {.key = "location", .need = Need::required, .min = 1, .help = "Where the copy is."},
    {.key = "immutable", .kind = FieldKind::boolean, .fallback = "false", .help = "Write once."},
}};

inline constexpr std::array<Field, 11> fake_probe_fields = {{
    {.key = "url", .need = Need::required, .min = 1, .max = 100, .help = "What to ask."},
    {.key = "method",
     .kind = FieldKind::choice,
     .fallback = R"("GET")",
     .help = "How to ask.",
     .choices = fake_methods},
    {.key = "status",
     .kind = FieldKind::integer_list,
     .fallback = "[200]",
     .min = 100,
     .max = 599,
     .help = "Expected status."},
    {.key = "max_age",
     .kind = FieldKind::duration,
     .fallback = R"("26h")",
     .min = 3600,
     .max = 30 * 86400,
     .help = "Oldest answer."},
    {.key = "max_loss", .kind = FieldKind::number, .min = 0, .max = 1, .help = "Loss as a ratio."},
    {.key = "count", .kind = FieldKind::integer, .fallback = "3", .min = 1, .help = "Questions."},
    {.key = "verify", .kind = FieldKind::boolean, .fallback = "true", .help = "Verify."},
    {.key = "ca_file", .kind = FieldKind::path, .help = "Authorities."},
    {.key = "tags", .kind = FieldKind::text_list, .max = 3, .help = "Labels."},
    {.key = "headers", .kind = FieldKind::text_map, .help = "Header fields."},
    {.key = "login", .kind = FieldKind::object, .help = "Login.", .inner = fake_login_fields},
}};

inline constexpr std::array<Field, 1> fake_copies_fields = {{
    {.key = "copies",
     .kind = FieldKind::object_list,
     .max = 2,
     .help = "Copies.",
     .inner = fake_copy_fields},
}};

// An Error for a URL that is no http URL, as a real collector would judge it.
inline Result<Plan> fake_probe_plan(const Settings& settings, const Evidence&, const Memory&) {
  const auto& url = settings.get<std::string>("url");
  if (url == "http:") return Error{.about = "", .message = "nothing can be asked of this"};
  if (!url.starts_with("http:")) return Error{.about = "url", .message = "expected an http: URL"};
  if (settings.find<Settings>("login") != nullptr && settings.get<bool>("verify") == false) {
    return Error{.about = "settings.login", .message = "expected verify beside it"};
  }
  return Plan{};
}

inline Result<Plan> fake_empty_plan(const Settings&, const Evidence&, const Memory&) {
  return Plan{};
}

inline Observation fake_interpret(const Settings&, const Evidence&, const Memory&, WallTime) {
  return {};
}

inline constexpr Collector fake_probe = {.name = "probe",
                                         .summary = "Asks.",
                                         .families = {},
                                         .settings = fake_probe_fields,
                                         .reasons = {},
                                         .plan = fake_probe_plan,
                                         .interpret = fake_interpret};
inline constexpr Collector fake_copies = {.name = "copies",
                                          .summary = "Counts.",
                                          .families = {},
                                          .settings = fake_copies_fields,
                                          .reasons = {},
                                          .plan = fake_empty_plan,
                                          .interpret = fake_interpret};
inline constexpr Collector fake_plain = {.name = "plain",
                                         .summary = "Nothing.",
                                         .families = {},
                                         .settings = {},
                                         .reasons = {},
                                         .plan = fake_empty_plan,
                                         .interpret = fake_interpret};
inline constexpr std::array<const Collector*, 3> fake_collectors = {&fake_probe, &fake_copies,
                                                                    &fake_plain};

}  // namespace ght::test
