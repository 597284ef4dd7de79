// What may be asked of the running agent over its local socket: one JSON object a line.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "agent/engine/engine.h"
#include "agent/io/control_server.h"
#include "agent/io/log.h"

namespace ght {

// {"command": "maintenance_start", "all": bool, "checks": [...], "activities": [slugs],
//  "from_ms": n, "to_ms": n, "reason": "...", "author": "...", "approver": "..."}
// {"command": "maintenance_stop", "id": "...", "by": "..."}
// {"command": "restore_test", "backup": "...", "at_ms": n, "success": bool, "backup_date_ms": n,
//  "duration_ms": n, "operator": "...", "requester": "...", "files": "...", "remark": "..."}:
//  answered with {"durable": bool}
// {"command": "status"}: answered with /api/v1/status, on one line
// Answers {"id": "...", "durable": bool, "retroactive": bool, "from_ms": n, "to_ms": n} or
// {"error": "..."}. Whatever the line is, there is an answer.
class Control {
 public:
  // Both must outlive it.
  Control(Engine& engine, const io::Log& log) : engine_(engine), log_(log) {}
  boost::asio::awaitable<std::string> answer(std::string line, io::ControlPeer peer);

 private:
  Engine& engine_;
  const io::Log& log_;
};

}  // namespace ght
