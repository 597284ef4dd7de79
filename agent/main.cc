#include "agent/cli/cli.h"

int main(int argc, char** argv) {
  return ght::cli::main(argc, argv);
}
