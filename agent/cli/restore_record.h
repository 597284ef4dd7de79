// How a restore test reaches the ledger: by the running agent, which alone writes it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace ght::cli {

// The control socket's request `restore_test`. Says on the terminal what became of it; false: it is
// not recorded.
bool send_restore_test(const nlohmann::json& request, const std::string& control_socket,
                       bool english);

// The command line that records the same by hand.
std::string record_command(const nlohmann::json& request, const std::string& config_file);

}  // namespace ght::cli
