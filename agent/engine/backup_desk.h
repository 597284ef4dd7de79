// POST /api/v1/backup-report: takes word of a backup from another machine.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "agent/engine/engine.h"
#include "agent/http/server.h"
#include "agent/io/ledger_writer.h"
#include "agent/io/log.h"
#include "agent/io/told_run.h"

namespace ght {

// Believes only a user of web.backup_reporters whose password was right, and only about backups
// that a check of this agent asks for. 200 when it is on the disk, 400 (body not understood), 403
// (not one who may), 404 (no such backup here), 415 (not JSON), 503 (busy, or not written).
class BackupDesk {
 public:
  // All must outlive it. Written on the ledger's thread: the loop never waits for a disk.
  BackupDesk(const Engine& engine, io::LedgerWriter& writer, const io::Log& log)
      : engine_(engine), writer_(writer), log_(log) {}
  http::Reply take(const http::Request& request);

 private:
  boost::asio::awaitable<http::Reply> write(std::string user, io::ToldRun told, BackupRun run);

  const Engine& engine_;
  io::LedgerWriter& writer_;
  const io::Log& log_;
  bool busy_ = false;
};

}  // namespace ght
