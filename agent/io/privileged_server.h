// The privileged service: runs one command as root for the agent, if root's allow-list names it.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/limits.h"
#include "agent/core/time.h"
#include "agent/io/process.h"
#include "agent/io/process_fd.h"
#include "agent/io/trusted_file.h"

namespace ght::io {

struct PrivilegedOptions {
  std::string allow_list = "/etc/ght-agent/privileged.conf";
  std::string lock_directory;  // one command of a check at a time for each user
  std::vector<uid_t> users;    // who may ask
  Trust trust;
  Duration request_deadline = limits::privileged_request_deadline;
  HelperOptions helpers;                      // directories are of no use: programs are absolute
  std::function<void(std::string_view)> log;  // one line for each request
};

// Serves one connected socket to its end, and then waits for a command that could not be killed.
//
// Nothing of the asker's is used but the words that the allow-list matches: environment, program,
// user, folder and descriptors are the service's own. The command dies with the connection.
void serve_privileged(Fd socket, const PrivilegedOptions& options);

// Standard input, where the service manager puts the connection; in its place comes /dev/null.
Result<Fd> take_standard_input();

// The number of the account, or an Error.
Result<uid_t> user_id(const std::string& name);

}  // namespace ght::io
