// Acting once and waiting for it: for commands that are no daemon.
#pragma once

#include <memory>
#include <string>

#include "agent/core/check.h"
#include "agent/core/evidence.h"
#include "agent/engine/flight.h"

namespace ght {

// One flight with what is remembered and was told, and without a cache: a run by hand, perhaps as
// another user, leaves nothing behind.
Landing fly_once(std::shared_ptr<const Check> check, Memory before,
                 const std::string& helper_directory, const RecordSource& records);

// One HTTP exchange within `timeout`.
HttpResult exchange_once(HttpExchange exchange, Duration timeout);

}  // namespace ght
