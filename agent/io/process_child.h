// One running helper: its pipes, its deadline, its death.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>
#include <functional>
#include <memory>
#include <string>

#include "agent/core/evidence.h"
#include "agent/core/result.h"
#include "agent/core/time.h"
#include "agent/io/process.h"
#include "agent/io/process_spawn.h"

namespace ght::io {

// Made running, by start(). Handlers keep it alive; it is finished when its result stands, and
// reaped when the process is dead and gone. A stuck one is finished before it is reaped.
class Child : public std::enable_shared_from_this<Child> {
 public:
  using Watch = std::function<void(Child&)>;

  // `reaped` is called once, when no process is left.
  static Result<std::shared_ptr<Child>> start(const boost::asio::any_io_executor& executor,
                                              const RunHelper& step, const HelperOptions& options,
                                              std::string owner, MonoTime deadline, Watch reaped);

  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t pid() const { return pid_; }
  const std::string& owner() const { return owner_; }
  bool finished() const { return finished_; }
  bool stuck() const { return phase_ == Phase::stuck; }

  // Fires (cancelled) when finished. Waited for by one coroutine.
  boost::asio::steady_timer& finish_signal() { return finish_signal_; }

  // Once, after finished().
  HelperResult take_result() { return std::move(result_); }

  // Kills the process and all of its session; the result (signalled) follows its death.
  void kill_now();

  // Without the event loop: SIGKILL, then waits for death until `until`. False: it did not die.
  bool end_blocking(MonoTime until);

 private:
  // One of the two pipes. Of what comes, `keep` bytes are kept and more than `limit` is refused.
  struct Stream {
    explicit Stream(const boost::asio::any_io_executor& executor) : pipe(executor) {}
    boost::asio::posix::stream_descriptor pipe;
    std::string* into = nullptr;
    std::size_t keep = 0;
    std::size_t limit = 0;
    std::size_t seen = 0;
  };
  enum class Pump { blocked, more, ended, over_limit };
  enum class Phase {
    running,   // until death or deadline
    draining,  // dead, but a pipe is still held by a grandchild
    killing,   // signalled, not dead
    stuck,     // not dead in time: quarantined
    reaped,
  };

  Child(const boost::asio::any_io_executor& executor, const RunHelper& step,
        const HelperOptions& options, std::string owner, Watch reaped);

  Result<void> watch(Spawned spawned, MonoTime deadline);
  void wait_pipe(Stream& stream);
  void wait_death();
  void wait_timer(MonoTime until);
  void on_pipe(Stream& stream);
  void on_timer();
  bool note_death();
  void on_death();
  Pump pump(Stream& stream, int reads);
  bool drain();
  void kill(HelperEnd why);
  void signal_all(int signal) const;
  void reap();
  void finish();

  const HelperOptions options_;
  const std::string owner_;
  Watch reaped_;
  pid_t pid_ = -1;
  boost::asio::posix::stream_descriptor pidfd_;
  Stream out_;
  Stream err_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer finish_signal_;
  Phase phase_ = Phase::running;
  bool killed_ = false;
  bool reapable_ = true;  // its id is ours until we reap it
  bool finished_ = false;
  HelperResult result_;
};

}  // namespace ght::io
