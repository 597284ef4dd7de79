// The command line of DESIGN 9.
#pragma once

namespace ght::cli {

// Parses and carries out; returns the exit code. 0 to 3 are the subcommand's own; 64 (EX_USAGE of
// sysexits.h) for words that are not understood, so that a typing error is no verdict.
int main(int argc, char** argv);

}  // namespace ght::cli
