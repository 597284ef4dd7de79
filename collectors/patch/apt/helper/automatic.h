// Whether unattended-upgrades is set up to run by itself, and when it last ended well.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace ght::apt_state {

// {"enabled","why_not","last_success"}, from apt's configuration and the files below `root` ("" is
// this system). `why_not` names the first thing that is missing. `last_success` is Unix time or
// null: the stamp that apt.systemd.daily sets when unattended-upgrade ended with 0; the program's
// own stamp is set also after a run that failed. A run that a person started is not seen.
nlohmann::json read_automatic(const std::string& root);

}  // namespace ght::apt_state
