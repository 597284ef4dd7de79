// One program run to its end, its output taken as it comes: for commands that are no daemon.
#pragma once

#include <functional>
#include <string_view>

#include "agent/core/evidence.h"
#include "agent/core/plan.h"
#include "agent/core/time.h"
#include "agent/io/interrupts.h"
#include "agent/io/process.h"

namespace ght::io {

// A piece of standard output. False: it is not what was wanted, and the program is killed.
using TakeOutput = std::function<bool(std::string_view)>;

// As HelperRunner runs a step (own session, fixed environment, no input, a deadline, SIGKILL to the
// session), but here and now, and never as another user: step.privileged is not looked at. Nothing
// is kept of standard output; what `take` refuses ends as output_limit. An interrupt ends as
// signalled, with its number. Should this process be killed, the program is killed by the kernel
// (setpriv --pdeathsig); what it has started itself sees its pipes close.
HelperResult run_streamed(const RunHelper& step, const HelperOptions& options,
                          const Interrupts& interrupts, MonoTime deadline, const TakeOutput& take);

// The same with standard output kept in the result, at most step.max_output bytes.
HelperResult run_kept(const RunHelper& step, const HelperOptions& options,
                      const Interrupts& interrupts, MonoTime deadline);

}  // namespace ght::io
