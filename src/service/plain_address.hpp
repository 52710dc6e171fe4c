#pragma once

#include <boost/asio/ip/address.hpp>
#include <string>

namespace nodtrack::service {

/// `::ffff:127.0.0.1` is 127.0.0.1.
inline std::string plain_address(boost::asio::ip::address address)
{
    namespace ip = boost::asio::ip;
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        address = ip::make_address_v4(ip::v4_mapped, address.to_v6());
    }
    return address.to_string();
}

}  // namespace nodtrack::service
