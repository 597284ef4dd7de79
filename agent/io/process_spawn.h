// Starting one helper: from a RunHelper to a running process with its pipes and its pidfd.
#pragma once

#include <sys/types.h>

#include <string>

#include "agent/core/plan.h"
#include "agent/core/result.h"
#include "agent/io/process.h"
#include "agent/io/process_fd.h"

namespace ght::io {

struct Spawned {
  pid_t pid = -1;  // also the id of its session and of its process group
  Fd pidfd;        // readable once the process is dead
  Fd out;          // read ends, non-blocking
  Fd err;
};

// Where a program of this name is found: the one spawn() would start.
Result<std::string> find_program(const std::string& program, const HelperOptions& options);

// posix_spawn, never fork. The child is leader of a new session (no terminal can ask it for a
// password) and so of a new process group; signal mask empty, every disposition default, stdin
// /dev/null, no descriptor beyond 0 to 2, the options' working directory. The Error says what was
// looked for and where, or what the system refused. Nothing is left behind after an Error.
//
// exec itself is waited for: programs must live on local disks, not on a network mount that hangs.
Result<Spawned> spawn(const RunHelper& step, const HelperOptions& options);

}  // namespace ght::io
