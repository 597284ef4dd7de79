#include "agent/engine/daemon.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdlib>
#include <functional>

#include "agent/engine/backup_desk.h"
#include "agent/engine/control.h"
#include "agent/engine/engine.h"
#include "agent/engine/pulse.h"
#include "agent/engine/reports.h"
#include "agent/engine/web_access.h"
#include "agent/http/pages.h"
#include "agent/io/backup_reports.h"
#include "agent/io/clock.h"
#include "agent/io/host.h"
#include "agent/io/ledger_file.h"
#include "agent/io/notify.h"
#include "agent/io/sqlite_storage.h"

namespace ght {
namespace {

using Load = std::function<ConfigOutcome()>;

namespace asio = boost::asio;

// Every problem as a line; returns the first that refuses the configuration.
std::string log_problems(const ConfigOutcome& outcome, const io::Log& log) {
  std::string first;
  for (const ConfigProblem& problem : outcome.problems) {
    const std::string text = problem.text();
    if (problem.warning) {
      log.warn("configuration", {{"problem", text}});
      continue;
    }
    log.error("configuration refused", {{"problem", text}});
    if (first.empty()) first = text;
  }
  return first;
}

// Handlers are installed before anything else; a signal that comes early waits in the set.
class Signals {
 public:
  explicit Signals(asio::io_context& context)
      : stop_(context, SIGTERM, SIGINT), reload_(context, SIGHUP) {}

  void watch(asio::io_context& context, Engine& engine, WebAccess& web, Pulse& pulse,
             const Load& load, const io::Log& log) {
    asio::co_spawn(context, watch_stop(engine, pulse, log), asio::detached);
    asio::co_spawn(context, watch_reload(engine, web, pulse, load, log), asio::detached);
  }

 private:
  asio::awaitable<void> watch_stop(Engine& engine, const Pulse& pulse, const io::Log& log) {
    auto wait = stop_.async_wait(asio::as_tuple(asio::use_awaitable));
    const auto [error, signal] = co_await std::move(wait);
    if (error) co_return;
    log.info("stopping", {{"signal", signal == SIGINT ? "SIGINT" : "SIGTERM"}});
    pulse.stopping();
    engine.stop();
  }

  asio::awaitable<void> watch_reload(Engine& engine, WebAccess& web, Pulse& pulse, const Load& load,
                                     const io::Log& log) {
    while (true) {
      auto wait = reload_.async_wait(asio::as_tuple(asio::use_awaitable));
      const auto [error, signal] = co_await std::move(wait);
      if (error) co_return;
      pulse.reloading();
      reload(engine, web, load, log);
      pulse.reloaded();
    }
  }

  // Parse fully, then swap; a broken file changes nothing.
  static void reload(Engine& engine, WebAccess& web, const Load& load, const io::Log& log) {
    ConfigOutcome outcome = load();
    const std::string refusal = log_problems(outcome, log);
    auto* config = std::get_if<Config>(&outcome.config);
    if (config == nullptr) return engine.reload_refused(refusal);
    if (const auto used = web.use(config->web); !used.ok()) {
      log.error("configuration refused", {{"problem", used.error().text()}});
      return engine.reload_refused(used.error().text());
    }
    log.info("configuration reloaded", {{"checks", std::to_string(config->checks.size())}});
    engine.reload(std::move(*config));
  }

  asio::signal_set stop_;
  asio::signal_set reload_;
};

bool open_web(WebAccess& web, const WebConfig& config, const std::vector<std::string>& addresses,
              const io::Log& log) {
  Result<void> done = web.use(config);
  if (done.ok()) done = web.listen(addresses);
  if (!done.ok()) log.error("cannot listen", {{"error", done.error().text()}});
  return done.ok();
}

// Two agents on one ledger would take turns in calling it foreign. False: another one is there. A
// directory that cannot be used is no reason not to start: the ledger will say so.
bool claim(const std::string& state_directory, const io::Log& log) {
  const auto made = io::make_directory(state_directory);
  const auto claimed = made.ok() ? io::claim_directory(state_directory) : made.error();
  if (!claimed.ok()) log.error("state directory", {{"error", claimed.error().text()}});
  if (!claimed.ok() || claimed.value()) return true;
  log.error("another ght-agent runs with this state directory", {{"directory", state_directory}});
  return false;
}

asio::awaitable<void> run_engine(Engine& engine, asio::io_context& context, bool& disk_answers) {
  auto running = engine.run();
  disk_answers = co_await std::move(running);
  context.stop();
}

}  // namespace

int run_daemon(const DaemonOptions& options, const Load& load) {
  asio::io_context context(1);
  Signals signals(context);
  io::settle_process();
  const io::Log log(options.log_level, options.log_format);

  ConfigOutcome outcome = load();
  log_problems(outcome, log);
  auto* config = std::get_if<Config>(&outcome.config);
  if (config == nullptr) return 1;
  log.info("starting", {{"version", options.version},
                        {"revision", options.revision},
                        {"checks", std::to_string(config->checks.size())},
                        {"config", options.config_file}});
  const std::string state_directory = config->state_directory;
  const std::string control_socket = config->control_socket;
  if (!claim(state_directory, log)) return 1;
  const auto told = io::prepare_backup_reports(io::backup_reports_directory(state_directory));
  if (!told.ok()) {
    log.warn("no backup can be reported to this agent", {{"error", told.error().text()}});
  }
  const auto executor = context.get_executor();
  io::HelperRunner helpers(executor, {.helper_directory = options.helper_directory,
                                      .cache_directory = state_directory + "/cache"});
  io::Prober probe(executor);
  auto writer = std::make_unique<io::LedgerWriter>(std::make_unique<io::SqliteStorage>(
      io::ledger_path(state_directory), config->retention_months));
  const WebConfig web_config = config->web;
  const auto addresses = options.listen.empty() ? config->web.listen : options.listen;
  Engine engine(executor,
                {.version = options.version,
                 .revision = options.revision,
                 .os = io::os_name(),
                 .kernel = io::kernel_name(),
                 .boot = {.id = io::boot_id(), .at = io::boot_time()},
                 .started = io::wall_now()},
                {.helpers = &helpers, .probes = &probe}, *writer, log, std::move(*config));
  Reports reports(engine, *writer, options.version);
  BackupDesk desk(engine, *writer, log);
  http::Pages pages(engine, {.reports = std::bind_front(&Reports::answer, std::ref(reports)),
                             .backup_reports = std::bind_front(&BackupDesk::take, std::ref(desk)),
                             .runbooks = io::RunbookFiles(options.share_directory + "/runbooks")});
  WebAccess web(executor, std::ref(pages), engine, log);
  if (!open_web(web, web_config, addresses, log)) return 1;
  engine.set_listening();

  Control control(engine, log);
  io::ControlServer control_server(executor, std::bind_front(&Control::answer, std::ref(control)));
  if (const auto bound = control_server.listen(control_socket); !bound.ok()) {
    log.error("no control socket: maintenance cannot be declared",
              {{"error", bound.error().text()}});
  }

  bool disk_answers = false;
  const io::Notifier manager = io::Notifier::from_environment();
  Pulse pulse(manager, engine);
  signals.watch(context, engine, web, pulse, load, log);
  asio::co_spawn(context, web.watch(), asio::detached);
  asio::co_spawn(context, run_engine(engine, context, disk_answers), asio::detached);
  context.run();
  web.stop();
  control_server.stop();
  if (disk_answers)
    writer.reset();  // closes the ledger; otherwise a thread may hang in it for ever
  log.info("stopped");
  // All that lasts is written and closed, and the helpers are killed. Flights and connections that
  // are still under way are dropped as they are: waiting for a probe's timeout serves nobody.
  std::_Exit(0);
}

}  // namespace ght
