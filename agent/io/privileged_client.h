// Asking the privileged service to run a command.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <string>

#include "agent/core/evidence.h"
#include "agent/core/plan.h"
#include "agent/core/time.h"

namespace ght::io {

// The command's result as if it had been run here, with its limits and its deadline, which the
// service keeps; a service that does not answer within `grace` after it is given up, and kills the
// command when the connection ends. `refused` when the service does not run it, `not_started` when
// there is no service. Never throws.
boost::asio::awaitable<HelperResult> run_privileged(boost::asio::any_io_executor executor,
                                                    std::string socket, RunHelper command,
                                                    std::string check, MonoTime deadline,
                                                    Duration grace);

}  // namespace ght::io
