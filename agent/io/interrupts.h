// Signals that ask a command to end, held back so that it can tidy up first.
#pragma once

#include "agent/io/process_fd.h"

namespace ght::io {

// From its making until the end of the process SIGINT, SIGTERM and SIGHUP wait, and SIGPIPE does
// nothing. Made once, before anything that has to be tidied up.
class Interrupts {
 public:
  Interrupts();

  int fd() const { return fd_.get(); }  // readable once one came
  int caught() const;                   // which one; 0: none

 private:
  Fd fd_;
};

}  // namespace ght::io
