// Bounded reading of files and folders, and the helper's only error channel.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ght::reboot_state {

// One line that names the thing and what is wrong with it.
struct Failure {
  std::string line;
};

// nullopt: all is well.
using Outcome = std::optional<Failure>;

// "PATH: cannot be read: Permission denied".
Failure unreadable(const std::string& path, int error);

// The whole file; a Failure when it is larger than `most`. Files of /proc have no size to ask for.
Outcome read_file(const std::string& path, std::size_t most, std::string& text);

// Whether errno says that there is no such thing, which is an answer.
bool is_absent(int error);

enum class Listing { all, absent };

// Calls `each` with every name of a folder but . and .., until it returns false.
Outcome list_folder(const std::string& path, Listing& listing,
                    const std::function<bool(std::string_view)>& each);

// The file's state, links followed; nullopt with errno set when there is none to be had.
std::optional<struct stat> state_of(const std::string& path);

}  // namespace ght::reboot_state
