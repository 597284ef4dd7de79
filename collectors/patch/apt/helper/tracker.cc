#include "collectors/patch/apt/helper/tracker.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "collectors/patch/helper/dropped_file.h"

namespace ght::apt_state {
namespace {

using nlohmann::json;

constexpr std::uintmax_t tracker_bytes = 512 << 20;  // Debian's has 70 MB
constexpr std::size_t depth_max = 16;                // Debian's has 6

// Follows {"package": {"CVE-...": {"releases": {"bookworm": {"status": ..., "fixed_version":
// ...}}}}} and leaves out everything else.
class Reader : public json::json_sax_t {
 public:
  Reader(const std::string& codename, const std::set<std::string>& wanted,
         std::map<std::string, std::vector<Fix>>& fixes)
      : codename_(codename), wanted_(wanted), fixes_(fixes) {}

  bool null() override { return value(); }
  bool boolean(bool) override { return value(); }
  bool number_integer(number_integer_t) override { return value(); }
  bool number_unsigned(number_unsigned_t) override { return value(); }
  bool number_float(number_float_t, const string_t&) override { return value(); }
  bool binary(binary_t&) override { return value(); }
  bool string(string_t& text) override {
    if (in_release()) {
      if (path_.back() == "status") status_ = text;
      if (path_.back() == "fixed_version") version_ = text;
    }
    return value();
  }
  bool start_object(std::size_t) override { return enter(); }
  bool key(string_t& name) override {
    path_.back() = name;
    return true;
  }
  bool end_object() override {
    path_.pop_back();
    if (at_release()) end_release();
    return true;
  }
  bool start_array(std::size_t) override { return enter(); }
  bool end_array() override {
    path_.pop_back();
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

  bool release_is_there() const { return release_is_there_; }

 private:
  static bool value() { return true; }
  bool enter() {
    path_.emplace_back();
    return path_.size() <= depth_max;
  }
  // package, vulnerability, "releases", codename
  bool at_release() const {
    return path_.size() == 4 && path_[2] == "releases" && path_[3] == codename_;
  }
  bool in_release() const {
    return path_.size() == 5 && path_[2] == "releases" && path_[3] == codename_;
  }
  void end_release() {
    release_is_there_ = true;
    // Version "0": the release was never affected.
    if (status_ == "resolved" && !version_.empty() && version_ != "0" &&
        wanted_.contains(path_[0])) {
      fixes_[path_[0]].push_back({.cve = path_[1], .version = version_});
    }
    status_.clear();
    version_.clear();
  }

  const std::string& codename_;
  const std::set<std::string>& wanted_;
  std::map<std::string, std::vector<Fix>>& fixes_;
  std::vector<std::string> path_;  // the key at each depth
  std::string status_, version_;
  bool release_is_there_ = false;
};

}  // namespace

Outcome read_tracker(const std::string& path, const std::string& codename,
                     const std::set<std::string>& wanted,
                     std::map<std::string, std::vector<Fix>>& fixes) {
  auto file = collectors::patch::open_dropped(path, tracker_bytes);
  if (!file.ok()) return Failure{file.error().text()};
  Reader reader(codename, wanted, fixes);
  if (!json::sax_parse(file.value(), &reader)) {
    return Failure{path + ": not a whole JSON document of at most " + std::to_string(depth_max) +
                   " levels"};
  }
  if (!reader.release_is_there()) {
    return Failure{path + ": says nothing of the release \"" + codename + "\""};
  }
  return std::nullopt;
}

}  // namespace ght::apt_state
