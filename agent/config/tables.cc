#include "agent/config/tables.h"

#include <algorithm>

#include "agent/core/activity.h"
#include "agent/core/limits.h"
#include "agent/core/service_hours.h"

namespace ght::config {
namespace {

using namespace std::chrono_literals;

constexpr double name_bytes = 200;

constexpr std::array<Field, 4> identity_fields = {{
    {.key = "ght",
     .need = Need::required,
     .min = 1,
     .max = name_bytes,
     .help = "Name of the GHT (groupement hospitalier de territoire)."},
    {.key = "establishment",
     .need = Need::required,
     .min = 1,
     .max = name_bytes,
     .help = "Name of the establishment that this host belongs to."},
    {.key = "site",
     .need = Need::required,
     .min = 1,
     .max = name_bytes,
     .help = "Site where this host stands."},
    {.key = "host",
     .min = 1,
     .max = name_bytes,
     .help = "Name of this host; the machine's host name when not given."},
}};

constexpr std::array<std::string_view, 2> numberings = {"csp", "asip-2018"};

constexpr std::array<Field, 1> ledger_fields = {{
    {.key = "retention_months",
     .kind = FieldKind::integer,
     .fallback = "37",
     .min = 13,
     .max = 120,
     .help = "Months that the ledger keeps; what is older is pruned."},
}};

constexpr std::array<std::string_view, 5> client_auth_types = {
    "NoClientCert", "RequestClientCert", "RequireAnyClientCert", "VerifyClientCertIfGiven",
    "RequireAndVerifyClientCert"};
constexpr std::array<std::string_view, 2> tls_versions = {"TLS12", "TLS13"};

// Named as Prometheus' exporter-toolkit names them.
constexpr std::array<Field, 5> tls_server_fields = {{
    {.key = "cert_file",
     .kind = FieldKind::path,
     .need = Need::required,
     .help =
         "The server's certificate in PEM, followed by its issuers. Read again when it changes."},
    {.key = "key_file",
     .kind = FieldKind::path,
     .need = Need::required,
     .help = "The certificate's private key in PEM, without passphrase, readable by the agent "
             "alone."},
    {.key = "client_auth_type",
     .kind = FieldKind::choice,
     .fallback = R"("NoClientCert")",
     .help = "Whether clients must show a certificate, and whether it is verified: only "
             "RequireAndVerifyClientCert keeps strangers out.",
     .choices = client_auth_types},
    {.key = "client_ca_file",
     .kind = FieldKind::path,
     .help = "Certificates in PEM of the authorities whose client certificates are accepted."},
    {.key = "min_version",
     .kind = FieldKind::choice,
     .fallback = R"("TLS12")",
     .help = "Lowest version of TLS that is spoken.",
     .choices = tls_versions},
}};

constexpr std::array<Field, 5> web_fields = {{
    {.key = "listen",
     .kind = FieldKind::text_list,
     .fallback = R"(["127.0.0.1:19787"])",
     .min = 1,
     .max = 16,
     .help = "Addresses to serve HTTP on: numeric address and port, IPv6 in brackets."},
    {.key = "tls_server_config",
     .kind = FieldKind::object,
     .help = "Speak TLS on all addresses. Plain HTTP when absent.",
     .inner = tls_server_fields},
    {.key = "basic_auth_users",
     .kind = FieldKind::text_map,
     .help = "Who may ask, by user name, with the bcrypt hash of the password. Everybody when "
             "absent.",
     .secret = true},
    {.key = "auth_excluded_paths",
     .kind = FieldKind::text_list,
     .fallback = "[]",
     .max = 32,
     .help = "Paths that ask for neither password nor client certificate, such as /-/healthy; "
             "/runbooks/* is all below /runbooks/."},
    {.key = "backup_reporters",
     .kind = FieldKind::text_list,
     .fallback = "[]",
     .max = 32,
     .help = "Users of basic_auth_users who may report backups (POST /api/v1/backup-report). "
             "Nobody when absent."},
}};

// A level of 0 would promise nothing; the lowest that means something stands in its place.
constexpr double lowest_ratio = 0.0001;

constexpr double hours_bytes = 500;  // of parse_weekly_hours
constexpr double month_seconds = 31 * 86400;

constexpr std::array<Field, 5> sla_fields = {{
    {.key = "guaranteed",
     .kind = FieldKind::number,
     .min = lowest_ratio,
     .max = 1,
     .help = "Guaranteed availability as a ratio: 0.999 is 99.9 %. Not guaranteed when absent."},
    {.key = "announced",
     .kind = FieldKind::number,
     .min = lowest_ratio,
     .max = 1,
     .help = "Announced availability as a ratio. Not announced when absent."},
    {.key = "service_hours",
     .fallback = R"("24x7")",
     .min = 1,
     .max = hours_bytes,
     .help = "Hours in which the service level holds, in the site's time zone: \"24x7\", or rules "
             "such as \"mon-fri 08:00-18:00, holiday closed\"."},
    {.key = "max_outage",
     .kind = FieldKind::duration,
     .min = 1,
     .max = month_seconds,
     .help = "GTR: an outage shall not last longer than this. Not agreed when absent."},
    {.key = "penalties",
     .fallback = R"("none")",
     .min = 1,
     .max = 500,
     .help = "Penalties of the contract, in words; \"none\" when there are none."},
}};

constexpr double most_maintenance = 200;

constexpr std::array<Field, 9> maintenance_fields = {{
    {.key = "checks",
     .kind = FieldKind::text_list,
     .min = 1,
     .max = limits::checks,
     .help = "Names of the checks that it covers."},
    {.key = "activities",
     .kind = FieldKind::text_list,
     .min = 1,
     .max = all_activities.size(),
     .help = "Activities whose checks it covers."},
    {.key = "all",
     .kind = FieldKind::boolean,
     .help = "It covers every check; then neither checks nor activities are named."},
    {.key = "from",
     .min = 1,
     .max = 64,
     .help = "Begin: RFC 3339 with offset, or local time of the site (\"2026-12-01T22:00\")."},
    {.key = "to",
     .min = 1,
     .max = 64,
     .help = "End, at most 31 days after the begin; a recurring one may go on for longer."},
    {.key = "recurring",
     .min = 1,
     .max = hours_bytes,
     .help = "Hours of the week, such as \"sun 02:00-04:00\", within from and to where given."},
    {.key = "reason", .need = Need::required, .min = 1, .max = 500, .help = "Why."},
    {.key = "author",
     .need = Need::required,
     .min = 1,
     .max = name_bytes,
     .help = "Who declares it."},
    {.key = "approver", .min = 1, .max = name_bytes, .help = "Who agreed to it."},
}};

std::vector<Field> check_naming(std::span<const std::string_view> collectors,
                                std::span<const std::string_view> activities) {
  return {
      {.key = "name",
       .need = Need::required,
       .min = 1,
       .max = limits::check_name_bytes,
       .help = "Unique name, the check label of its metrics: a-z, 0-9, _ and -, beginning with a "
               "letter or digit."},
      {.key = "collector",
       .kind = FieldKind::choice,
       .need = Need::required,
       .help = "The kind of check.",
       .choices = collectors},
      {.key = "activity",
       .kind = FieldKind::choice,
       .need = Need::required,
       .help = "The HDS hosting activity that this check is evidence for.",
       .choices = activities},
      {.key = "title",
       .min = 1,
       .max = name_bytes,
       .help = "Title for people; the name when not given."},
      {.key = "on_this_host",
       .kind = FieldKind::boolean,
       .fallback = "false",
       .help = "It watches this host itself: while the machine restarts it is bad, not unknown."},
      {.key = "privileged",
       .kind = FieldKind::boolean,
       .fallback = "false",
       .help = "Its programs are run as root by ght-agent-privileged.socket, if "
               "/etc/ght-agent/privileged.conf allows them."},
  };
}

std::vector<Field> check_timing() {
  constexpr double interval_min = 1;
  static_assert(limits::interval_min == 1s);
  const double interval_max = to_seconds(limits::interval_max);
  return {
      {.key = "interval",
       .kind = FieldKind::duration,
       .fallback = R"("1m")",
       .min = interval_min,
       .max = interval_max,
       .help = "Time from one run to the next."},
      {.key = "timeout",
       .kind = FieldKind::duration,
       .min = 0.1,
       .max = interval_max,
       .help = "A run that takes longer is ended; at most the interval. 10s, or the interval when "
               "that is shorter, when not given."},
      {.key = "stale_after",
       .kind = FieldKind::duration,
       .min = interval_min,
       .max = 4 * interval_max,
       .help = "A verdict older than this is no longer known; at least the interval. Twice the "
               "interval plus the timeout when not given."},
      {.key = "confirm_bad",
       .kind = FieldKind::integer,
       .fallback = "1",
       .min = 1,
       .max = 100,
       .help = "Bad results in a row that make the state bad, from the first of them on."},
  };
}

}  // namespace

Tables::Tables(std::span<const Collector* const> collectors) : collectors_(collectors) {
  for (const Collector* collector : collectors_) collector_names_.push_back(collector->name);
  std::ranges::transform(all_activities, activities_.begin(), slug);
  check_ = check_naming(collector_names_, activities_);
  std::ranges::copy(check_timing(), std::back_inserter(check_));
  check_.push_back({.key = "settings",
                    .kind = FieldKind::object,
                    .fallback = "{}",
                    .help = "The collector's own settings."});
  const std::size_t settings = check_.size() - 1;
  check_.push_back({.key = "sla",
                    .kind = FieldKind::object,
                    .fallback = "{}",
                    .help = "Service level as in art. R.1111-11 6 CSP.",
                    .inner = sla_fields});
  settings_ = &check_[settings];
  root_ = {
      {.key = "identity",
       .kind = FieldKind::object,
       .need = Need::required,
       .help = "Whose host this is and where it stands.",
       .inner = identity_fields},
      {.key = "time_zone",
       .fallback = R"("Europe/Paris")",
       .min = 1,
       .max = 64,
       .help = "IANA time zone of the site: months and dates are counted in it."},
      {.key = "holidays",
       .kind = FieldKind::choice,
       .fallback = R"("fr")",
       .help = "Whose public holidays the rule \"holiday\" of service hours means.",
       .choices = holidays_names},
      {.key = "numbering",
       .kind = FieldKind::choice,
       .fallback = R"("csp")",
       .help = "Display numbers of the activities: csp as in art. R.1111-9 CSP, asip-2018 with 3 "
               "and 4 the other way round.",
       .choices = numberings},
      {.key = "state_directory",
       .kind = FieldKind::path,
       .fallback = R"("/var/lib/ght-agent")",
       .help = "Where the agent keeps its ledger."},
      {.key = "control_socket",
       .kind = FieldKind::path,
       .help = "Socket on which the agent takes commands; control.sock in the state directory when "
               "not given."},
      {.key = "ledger",
       .kind = FieldKind::object,
       .fallback = "{}",
       .help = "The account of availability.",
       .inner = ledger_fields},
      {.key = "web",
       .kind = FieldKind::object,
       .fallback = "{}",
       .help = "The agent's own HTTP server.",
       .inner = web_fields},
      {.key = "checks",
       .kind = FieldKind::object_list,
       .need = Need::required,
       .max = limits::checks,
       .help = "What this host checks.",
       .inner = check_},
      {.key = "maintenance",
       .kind = FieldKind::object_list,
       .max = most_maintenance,
       .help = "Planned maintenance: its time is taken out of the account, and shown.",
       .inner = maintenance_fields},
  };
}

std::span<const Field> Tables::maintenance() const {
  return maintenance_fields;
}

const Collector* Tables::collector(std::string_view name) const {
  for (const Collector* collector : collectors_) {
    if (collector->name == name) return collector;
  }
  return nullptr;
}

Duration default_timeout(Duration interval) {
  return std::min<Duration>(10s, interval);
}

Duration default_stale_after(Duration interval, Duration timeout) {
  return 2 * interval + timeout;
}

}  // namespace ght::config
