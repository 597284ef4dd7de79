// What all probes of one process share.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "agent/io/resolver.h"
#include "agent/io/tls_trust.h"

namespace ght::io {

struct Network {
  boost::asio::any_io_executor executor;
  Resolver resolver;
  TlsTrust trust;
};

}  // namespace ght::io
