// ght-borg-archive: end and size of the newest archive of a series, as one JSON document on
// standard output.
//
//   ght-borg-archive [--remote-path=PATH] REPOSITORY GLOB ID
//
// It runs `borg list` twice, without lock, with its own environment: for the newest archive that
// GLOB matches, which must be ID, and for the size of each of its files, which it adds up. borg 1
// has no cheaper way to the size: `borg info` first reads every archive into a cache.
//
// Exit 0: the answer is whole. Exit 2 or more: nothing is printed; borg's own words, or one line of
// ours, are on standard error. Exit 3: the newest archive is not (any more) ID.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace ght::borg_archive {
namespace {

using nlohmann::json;

constexpr int failed = 2;
constexpr int other_archive = 3;
constexpr std::size_t most_json = 64 << 10;  // one archive; borg's names are short

int fail(int status, const std::string& line) {
  std::fprintf(stderr, "ght-borg-archive: %s\n", line.c_str());
  return status;
}

// Takes what borg prints, piece by piece; false: it is not what was asked for.
struct Sink {
  virtual ~Sink() = default;
  virtual bool take(std::string_view piece) = 0;
};

struct Text : Sink {
  std::string text;
  bool take(std::string_view piece) override {
    text += piece;
    return text.size() <= most_json;
  }
};

// One number a line.
struct Sum : Sink {
  std::uint64_t bytes = 0;
  std::uint64_t entries = 0;
  std::uint64_t number = 0;
  bool in_line = false;

  bool take(std::string_view piece) override {
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    for (const char c : piece) {
      if (c == '\n') {
        if (!in_line || bytes > most - number) return false;
        bytes += number;
        ++entries;
        number = 0;
        in_line = false;
        continue;
      }
      if (c < '0' || c > '9' || number > (most - 9) / 10) return false;
      number = number * 10 + static_cast<std::uint64_t>(c - '0');
      in_line = true;
    }
    return true;
  }
};

// Reads to the end even what is not wanted: borg is not to fail because nobody listens.
bool drain(int in, Sink& sink) {
  std::vector<char> piece(64 << 10);
  bool good = true;
  for (;;) {
    const ssize_t count = ::read(in, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    if (count == 0) return good;
    good = good && sink.take({piece.data(), static_cast<std::size_t>(count)});
  }
}

// borg's exit status; 127 when it could not be started, 128 and more when a signal ended it.
int run(std::vector<std::string> words, Sink& sink, bool& understood) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(127, "no pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t pid = 0;
  const int error =
      ::posix_spawnp(&pid, arguments.front(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (error != 0) {
    ::close(ends[0]);
    return fail(127, "borg cannot be started: " + std::string(std::strerror(error)));
  }
  understood = drain(ends[0], sink);
  ::close(ends[0]);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return fail(127, "borg's end was not seen");
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::vector<std::string> list(const std::string& remote_path, std::vector<std::string> more) {
  std::vector<std::string> words = {"borg", "list", "--log-json", "--bypass-lock"};
  if (!remote_path.empty()) words.push_back(remote_path);
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// The archive as borg describes it; null when the answer is another one.
json only_archive(const std::string& text) {
  const json answer = json::parse(text, nullptr, false);
  if (!answer.is_object() || !answer.contains("archives")) return nullptr;
  const json& archives = answer["archives"];
  if (!archives.is_array() || archives.size() != 1) return nullptr;
  const json& archive = archives[0];
  const auto has = [&](const char* key) {
    return archive.is_object() && archive.contains(key) && archive[key].is_string();
  };
  if (!has("id") || !has("name") || !has("start") || !has("end")) return nullptr;
  return archive;
}

int describe(const std::string& remote_path, const std::string& repository, const std::string& glob,
             const std::string& id) {
  bool understood = false;
  Text text;
  int status = run(list(remote_path, {"--json", "--last=1", "--format={end}",
                                      "--glob-archives=" + glob, repository}),
                   text, understood);
  if (status != 0) return status;
  const json archive = only_archive(text.text);
  if (!understood || archive.is_null() || archive["id"] != id) {
    return fail(other_archive, "the newest archive is not (any more) " + id);
  }
  const std::string name = archive["name"];
  // borg would put something else in their place.
  if (name.find_first_of("{}") != std::string::npos) {
    return fail(failed, "the archive's name holds braces, so it cannot be named to borg: " + name);
  }
  Sum sum;
  status =
      run(list(remote_path, {"--format={size}{NL}", repository + "::" + name}), sum, understood);
  if (status != 0) return status;
  if (!understood || sum.in_line) {
    return fail(failed, "expected one number a line of borg list --format={size}{NL}");
  }
  const json answer = {
      {"archive", {{"id", archive["id"]}, {"start", archive["start"]}, {"end", archive["end"]}}},
      {"bytes", sum.bytes},
      {"entries", sum.entries}};
  std::printf("%s\n", answer.dump().c_str());
  return std::fflush(stdout) == 0 ? 0 : failed;
}

}  // namespace
}  // namespace ght::borg_archive

int main(int count, char** values) {
  std::vector<std::string> words(values + 1, values + count);
  std::string remote_path;
  if (!words.empty() && words.front().starts_with("--remote-path=")) {
    remote_path = words.front();
    words.erase(words.begin());
  }
  if (words.size() != 3 || words[0].starts_with('-')) {
    std::fprintf(stderr, "usage: ght-borg-archive [--remote-path=PATH] REPOSITORY GLOB ID\n");
    return ght::borg_archive::failed;
  }
  return ght::borg_archive::describe(remote_path, words[0], words[1], words[2]);
}
