// One owner of one file descriptor.
#pragma once

#include <unistd.h>

#include <utility>

namespace ght::io {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd() { reset(); }
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = other.release();
    }
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;

  bool open() const { return fd_ >= 0; }
  int get() const { return fd_; }

  // The caller owns it from now on.
  int release() { return std::exchange(fd_, -1); }

  void reset() {
    // Not tried again after EINTR: on Linux the number is free even then, and may be in use again.
    if (fd_ >= 0) ::close(release());
  }

 private:
  int fd_ = -1;
};

}  // namespace ght::io
