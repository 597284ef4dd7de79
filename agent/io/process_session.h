// Signals to everything that a helper has started.
#pragma once

#include <sys/types.h>

namespace ght::io {

// Sends `signal` to the process group and to every other member of the session that `leader` leads:
// restic puts its ssh into a group of its own. The leader must not be reaped yet, so that its id
// cannot belong to anybody else. A process that made a session of its own (a daemon) is not
// reached.
void signal_session(pid_t leader, int signal);

// The group alone: one system call, for the end of a helper that went well.
void signal_group(pid_t leader, int signal);

}  // namespace ght::io
