//! Addresses of the internet, which cross as their bytes and numbers: text would lose some of them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use super::{crossing::Wire, unexpected::unexpected};
use crate::{abi::Value, describe::Describe, error::Error};

/// An address; what it is written as, how it becomes that and is made of it, and which is empty.
macro_rules! addresses {
    ($($Address:ident $name:literal as $Written:ty: $write:expr, $read:expr, $empty:expr;)*) => {$(
        impl<'a> Wire<'a> for $Address {
            fn describe(_: &mut Describe) -> String {
                $name.to_owned()
            }
            fn into_value(self) -> Value<'a> {
                let write: fn(Self) -> $Written = $write;
                write(self).into_value()
            }
            fn from_value(value: Value<'a>) -> Result<Self, Error> {
                let read: fn($Written) -> Self = $read;
                <$Written>::from_value(value).map(read)
            }
            fn missing(_: Error) -> Self {
                $empty
            }
        }
    )*};
}
addresses! {
    Ipv4Addr "ipv4" as [u8; 4]: |address| address.octets(), Self::from, Self::UNSPECIFIED;
    Ipv6Addr "ipv6" as [u8; 16]: |address| address.octets(), Self::from, Self::UNSPECIFIED;
    SocketAddrV4 "socket_v4" as (Ipv4Addr, u16):
        |address| (*address.ip(), address.port()),
        |(ip, port)| Self::new(ip, port),
        Self::new(Ipv4Addr::UNSPECIFIED, 0);
    SocketAddrV6 "socket_v6" as (Ipv6Addr, u16, u32, u32):
        |address| (*address.ip(), address.port(), address.flowinfo(), address.scope_id()),
        |(ip, port, flow, scope)| Self::new(ip, port, flow, scope),
        Self::new(Ipv6Addr::UNSPECIFIED, 0, 0, 0);
}

impl<'a> Wire<'a> for IpAddr {
    fn describe(_: &mut Describe) -> String {
        "ip".to_owned()
    }
    fn into_value(self) -> Value<'a> {
        match self {
            Self::V4(address) => address.into_value(),
            Self::V6(address) => address.into_value(),
        }
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        let bytes = Vec::<u8>::from_value(value)?;
        match (<[u8; 4]>::try_from(&*bytes), <[u8; 16]>::try_from(&*bytes)) {
            (Ok(bytes), _) => Ok(bytes.into()),
            (_, Ok(bytes)) => Ok(bytes.into()),
            _ => Err(Error::new(format_args!("expected an address of 4 or 16 bytes, got {} bytes", bytes.len()))),
        }
    }
    fn missing(_: Error) -> Self {
        Self::V4(Ipv4Addr::UNSPECIFIED)
    }
}

impl<'a> Wire<'a> for SocketAddr {
    fn describe(_: &mut Describe) -> String {
        "socket".to_owned()
    }
    fn into_value(self) -> Value<'a> {
        match self {
            Self::V4(address) => address.into_value(),
            Self::V6(address) => address.into_value(),
        }
    }
    fn from_value(value: Value<'a>) -> Result<Self, Error> {
        match value {
            Value::List(list) if list.len() == 2 => SocketAddrV4::from_value(Value::List(list)).map(Self::V4),
            Value::List(list) if list.len() == 4 => SocketAddrV6::from_value(Value::List(list)).map(Self::V6),
            other => unexpected("an address and a port", other),
        }
    }
    fn missing(error: Error) -> Self {
        Self::V4(SocketAddrV4::missing(error))
    }
}
