// Carries out Dialog.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "agent/core/evidence.h"
#include "agent/core/plan.h"
#include "agent/io/network.h"

namespace ght::io {

// See Prober::converse. May throw what the libraries below throw.
boost::asio::awaitable<void> run_dialog(Network& network, Dialog step, MonoTime deadline,
                                        DialogResult& result);

}  // namespace ght::io
