#include "collectors/patch/apt/helper/automatic.h"

#include <apt-pkg/configuration.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

namespace ght::apt_state {
namespace {

// Not by access(2): that answers for the real user, whom set_up_apt() has given up.
bool is_there(const std::string& path) {
  struct stat found{};
  return stat(path.c_str(), &found) == 0;
}

// A link to /dev/null is how systemd masks a unit.
bool is_masked(const std::string& unit) {
  std::array<char, 64> target{};
  const auto length = readlink(unit.c_str(), target.data(), target.size() - 1);
  return length > 0 && std::string(target.data()) == "/dev/null";
}

bool is_link(const std::string& path) {
  struct stat found{};
  return lstat(path.c_str(), &found) == 0 && S_ISLNK(found.st_mode);
}

// What starts apt.systemd.daily: the timer, or cron where there is no systemd.
bool is_scheduled(const std::string& root) {
  const std::string timer = "apt-daily-upgrade.timer";
  const std::string units = root + "/etc/systemd/system/";
  if (!is_there(root + "/lib/systemd/systemd")) {
    return is_there(root + "/etc/cron.daily/apt-compat") && is_there(root + "/usr/sbin/cron");
  }
  return is_link(units + "timers.target.wants/" + timer) && !is_masked(units + timer);
}

// As apt.systemd.daily reads it: 0 or nothing is "never".
bool is_interval(const char* key, const char* fallback) {
  const std::string value = _config->Find(key, fallback);
  return !value.empty() && value != "0";
}

std::string why_not(const std::string& root) {
  if (!is_there(root + "/usr/bin/unattended-upgrade")) return "unattended-upgrades";
  for (const auto& [key, fallback] :
       {std::pair{"APT::Periodic::Enable", "1"}, {"APT::Periodic::Unattended-Upgrade", "0"}}) {
    if (!is_interval(key, fallback)) return std::string(key) + " \"0\"";
  }
  return is_scheduled(root) ? "" : "apt-daily-upgrade.timer";
}

}  // namespace

nlohmann::json read_automatic(const std::string& root) {
  const std::string missing = why_not(root);
  nlohmann::json automatic = {
      {"enabled", missing.empty()}, {"why_not", missing}, {"last_success", nullptr}};
  struct stat found{};
  const std::string stamp = root + "/var/lib/apt/periodic/upgrade-stamp";
  if (stat(stamp.c_str(), &found) == 0) automatic["last_success"] = found.st_mtim.tv_sec;
  return automatic;
}

}  // namespace ght::apt_state
