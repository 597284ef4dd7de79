#include "agent/io/backup_reports.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "agent/core/limits.h"
#include "agent/io/clock.h"
#include "agent/io/process_fd.h"

namespace ght::io {
namespace {

using nlohmann::json;

constexpr auto end_names =
    std::to_array<std::string_view>({"running", "success", "partial", "failed", "lost"});

Error failed(const std::string& path, const char* what) {
  return {path, std::string(what) + ": " + std::strerror(errno)};
}

// A backup's name may hold any character; a file's must not hold all of them.
std::string file_name(std::string_view backup) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string name;
  for (const char c : backup) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || (c == '.' && !name.empty());
    const auto byte = static_cast<unsigned char>(c);
    name += plain ? std::string(1, c) : std::string{'%', digits[byte >> 4], digits[byte & 15]};
  }
  return name;
}

std::string path_of(const std::string& directory, std::string_view backup, const char* ending) {
  return directory + "/" + file_name(backup) + ending;
}

// No link is followed and nothing but a plain file is opened: root may write where others may too.
Fd open_plain(const std::string& path, int flags) {
  Fd fd(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0660));
  struct stat about{};
  if (fd.open() && (::fstat(fd.get(), &about) != 0 || !S_ISREG(about.st_mode))) {
    errno = EINVAL;
    return Fd(-1);
  }
  return fd;
}

// One that is made if it is missing belongs to the folder's group, whoever reports and under which
// umask: the agent reads by that group, and others may report by it. A group ID bit of the folder
// would do the same, but the agent's service may not set one (RestrictSUIDSGID).
Fd open_or_make(const std::string& path, int flags) {
  Fd fd = open_plain(path, flags | O_CREAT);
  struct stat about{}, above{};
  const std::string folder = path.substr(0, path.rfind('/'));
  if (!fd.open() || ::fstat(fd.get(), &about) != 0 || about.st_uid != ::geteuid()) return fd;
  const bool given =
      ::stat(folder.c_str(), &above) == 0 &&
      (about.st_gid == above.st_gid || ::fchown(fd.get(), uid_t(-1), above.st_gid) == 0) &&
      ::fchmod(fd.get(), 0660) == 0;
  return given ? std::move(fd) : Fd(-1);
}

Result<std::string> read_all(int fd, const std::string& path) {
  std::string text;
  std::array<char, 4096> piece{};
  while (true) {
    const ssize_t count = ::read(fd, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed(path, "cannot be read");
    if (count == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(count));
    if (text.size() > limits::backup_report_bytes) return Error{path, "is larger than allowed"};
  }
}

std::optional<std::int64_t> integer(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  return found->get<std::int64_t>();
}

std::optional<BackupRun> run_from(const json& object) {
  if (!object.is_object()) return std::nullopt;
  BackupRun run;
  const auto begun = integer(object, "begun_ms");
  const auto end = object.find("end");
  if (!begun || end == object.end() || !end->is_string()) return std::nullopt;
  const auto named = std::ranges::find(end_names, end->get<std::string>());
  if (named == end_names.end()) return std::nullopt;
  run.begun = wall_from_unix_ms(*begun);
  run.end = static_cast<BackupRun::End>(named - end_names.begin());
  run.held = object.value("held", json(false)) == json(true);
  if (const auto ended = integer(object, "ended_ms")) run.ended = wall_from_unix_ms(*ended);
  if (const auto size = integer(object, "size"); size && *size >= 0) {
    run.size = static_cast<std::uint64_t>(*size);
  }
  const auto changed = object.find("changed_files");
  if (changed != object.end() && changed->is_number()) {
    const double part = changed->get<double>();
    if (part >= 0 && part <= 1) run.changed_files = part;
  }
  if (const auto detail = object.find("detail"); detail != object.end() && detail->is_string()) {
    run.detail = detail->get<std::string>();
  }
  return run;
}

json to_json(const BackupRun& run) {
  json object = {{"begun_ms", to_unix_ms(run.begun)},
                 {"end", end_names.at(static_cast<std::size_t>(run.end))}};
  if (run.held) object["held"] = true;
  if (run.ended) object["ended_ms"] = to_unix_ms(*run.ended);
  if (!run.detail.empty()) object["detail"] = run.detail;
  if (run.size) object["size"] = *run.size;
  if (run.changed_files) object["changed_files"] = *run.changed_files;
  return object;
}

Result<std::vector<BackupRun>> runs_from(const std::string& text, const std::string& path) {
  const json document = json::parse(text, nullptr, false);
  const Error not_understood{path,
                             "is not understood: expected {\"runs\": [...]} as written by "
                             "ght-agent backup"};
  if (!document.is_object() || !document.contains("runs") || !document["runs"].is_array()) {
    return not_understood;
  }
  std::vector<BackupRun> runs;
  for (const json& each : document["runs"]) {
    auto run = run_from(each);
    if (!run) return not_understood;
    runs.push_back(std::move(*run));
  }
  std::ranges::sort(runs, {}, &BackupRun::begun);
  return runs;
}

Result<std::vector<BackupRun>> read_file(const std::string& path) {
  const Fd fd = open_plain(path, O_RDONLY);
  if (fd.get() < 0 && errno == ENOENT) return std::vector<BackupRun>();
  if (fd.get() < 0) return failed(path, "cannot be opened");
  GHT_TRY(const std::string text, read_all(fd.get(), path));
  return runs_from(text, path);
}

// A writer that was stopped keeps its lock: neither a backup nor the agent waits for it for ever.
Result<void> lock_within(int fd, const std::string& path, Duration patience) {
  constexpr int pause_ms = 20;
  const auto end = mono_now() + patience;
  while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return failed(path, "cannot be locked");
    if (mono_now() > end) {
      return Error{path, "is locked by another report that does not end"};
    }
    ::poll(nullptr, 0, pause_ms);
  }
  return {};
}

struct flock whole_file(short type) {
  struct flock lock{};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

// Whether a wrapper or its command still lives. Only asks: nobody can be kept from the lock.
bool is_running(const std::string& directory, std::string_view backup) {
  const Fd fd = open_plain(path_of(directory, backup, ".lock"), O_RDONLY);
  if (fd.get() < 0) return false;
  struct flock lock = whole_file(F_RDLCK);
  return ::fcntl(fd.get(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

Result<void> write_durably(const std::string& path, const std::string& text) {
  const std::string temporary = path + ".new";
  ::unlink(temporary.c_str());
  Fd fd = open_or_make(temporary, O_WRONLY | O_EXCL);
  if (fd.get() < 0) return failed(temporary, "cannot be made");
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t count = ::write(fd.get(), text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed(temporary, "cannot be written");
    done += static_cast<std::size_t>(count);
  }
  if (::fsync(fd.get()) != 0) return failed(temporary, "cannot be written");
  if (::rename(temporary.c_str(), path.c_str()) != 0) return failed(path, "cannot be replaced");
  return {};
}

}  // namespace

std::string backup_reports_directory(const std::string& state_directory) {
  return state_directory + "/backup-reports";
}

Result<void> prepare_backup_reports(const std::string& directory) {
  if (::mkdir(directory.c_str(), 0770) != 0) {
    if (errno == EEXIST) return {};
    return failed(directory, "cannot be made");
  }
  // Made by root for a report: it belongs to the agent, as the folder above does.
  struct stat above{};
  const std::string parent = directory.substr(0, directory.rfind('/'));
  if (::geteuid() == 0 && ::stat(parent.c_str(), &above) == 0 &&
      ::lchown(directory.c_str(), above.st_uid, above.st_gid) != 0) {
    return failed(directory, "cannot be given to the agent");
  }
  if (::chmod(directory.c_str(), 0770) != 0) return failed(directory, "cannot be prepared");
  return {};
}

Result<std::vector<BackupRun>> read_backup_runs(const std::string& directory,
                                                std::string_view backup) {
  GHT_TRY(std::vector<BackupRun> runs, read_file(path_of(directory, backup, ".json")));
  for (BackupRun& run : runs) {
    const bool newest = &run == &runs.back();
    // What was superseded by another run will not say how it ended.
    if (run.end != BackupRun::End::running) continue;
    if (!newest || (run.held && !is_running(directory, backup))) {
      run.end = BackupRun::End::lost;
    }
  }
  return runs;
}

Result<void> write_backup_run(const std::string& directory, std::string_view backup,
                              const BackupRun& run) {
  const std::string guard_path = path_of(directory, backup, ".guard");
  const Fd guard = open_or_make(guard_path, O_RDWR);
  if (guard.get() < 0) return failed(guard_path, "cannot be opened");
  GHT_TRY_VOID(lock_within(guard.get(), guard_path, limits::backup_report_patience));
  const std::string path = path_of(directory, backup, ".json");
  // What cannot be read any more is kept aside and begun anew: the newest run must be told.
  auto known = read_file(path);
  if (!known.ok() && ::rename(path.c_str(), (path + ".damaged").c_str()) != 0) {
    return failed(path, "cannot be put aside");
  }
  std::vector<BackupRun> runs = known.ok() ? std::move(known).value() : std::vector<BackupRun>();
  std::erase_if(runs, [&](const BackupRun& each) { return each.begun == run.begun; });
  runs.push_back(run);
  std::ranges::sort(runs, {}, &BackupRun::begun);
  if (runs.size() > limits::backup_runs) {
    runs.erase(runs.begin(), runs.end() - static_cast<std::ptrdiff_t>(limits::backup_runs));
  }
  json document = {{"runs", json::array()}};
  for (const BackupRun& each : runs) document["runs"].push_back(to_json(each));
  return write_durably(path, document.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
}

BackupRunLock BackupRunLock::take(const std::string& directory, std::string_view backup) {
  Fd fd = open_or_make(path_of(directory, backup, ".lock"), O_RDWR);
  struct flock lock = whole_file(F_WRLCK);
  // Of the open file, not of the process: the command inherits it.
  if (fd.get() < 0 || ::fcntl(fd.get(), F_OFD_SETLK, &lock) != 0 ||
      ::fcntl(fd.get(), F_SETFD, 0) != 0) {
    return BackupRunLock(-1);
  }
  return BackupRunLock(fd.release());
}

BackupRunLock::BackupRunLock(BackupRunLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

BackupRunLock& BackupRunLock::operator=(BackupRunLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

BackupRunLock::~BackupRunLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace ght::io
