//! Connections of a listener: no more than so many at once, and none that says nothing.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::stream::{Stream, unfold};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Sleep, sleep};
use tonic::transport::server::{Connected, TcpConnectInfo};

/// Connections that the kernel takes before the process does.
const BACKLOG: u32 = 1_024;
/// HTTP/2 begins with so many bytes, by which it is known.
const PREFACE: usize = 24;
/// What keeps a connection from being taken, such as too many open files, lasts.
const AGAIN: Duration = Duration::from_secs(1);

/// An address taken, where nobody is let in yet.
///
/// Whoever calls while the process is still bringing its tables up to date is refused, and goes elsewhere.
pub(crate) struct Taken(TcpSocket);

impl Taken {
    pub(crate) fn take(address: SocketAddr) -> io::Result<Self> {
        let socket = if address.is_ipv4() {
            TcpSocket::new_v4()?
        } else {
            TcpSocket::new_v6()?
        };
        // An address that a process has just left can be taken at once.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        Ok(Self(socket))
    }

    pub(crate) fn listen(self) -> io::Result<TcpListener> {
        self.0.listen(BACKLOG)
    }
}

/// The next connection, once there is room for it; it has the room while it keeps the permit.
pub(crate) async fn accept(
    listener: &TcpListener,
    free: &Arc<Semaphore>,
) -> (TcpStream, OwnedSemaphorePermit) {
    let Ok(permit) = Arc::clone(free).acquire_owned().await else {
        // The semaphore is never closed.
        return std::future::pending().await;
    };
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "a connection keeps its delay");
                }
                return (stream, permit);
            }
            Err(error) if is_the_callers(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be taken");
                sleep(AGAIN).await;
            }
        }
    }
}

/// Whether the connection was gone before it was taken.
fn is_the_callers(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    [ConnectionAborted, ConnectionRefused, ConnectionReset].contains(&error.kind())
}

/// Connections for gRPC, of which each must begin to speak in time.
pub(crate) fn incoming(
    listener: TcpListener,
    at_once: usize,
    begin: Duration,
) -> impl Stream<Item = io::Result<Bounded>> {
    let free = Arc::new(Semaphore::new(at_once));
    unfold((listener, free), move |(listener, free)| async move {
        let (stream, permit) = accept(&listener, &free).await;
        let bounded = Bounded {
            stream,
            silent: Some((Box::pin(sleep(begin)), PREFACE)),
            _permit: permit,
        };
        Some((Ok(bounded), (listener, free)))
    })
}

/// A connection that counts, and that is broken off where its first bytes do not come.
pub(crate) struct Bounded {
    stream: TcpStream,
    /// Until when, and how many of them are still missing.
    silent: Option<(Pin<Box<Sleep>>, usize)>,
    _permit: OwnedSemaphorePermit,
}

impl AsyncRead for Bounded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if let Some((until, missing)) = &mut self.silent {
            if polled.is_pending() {
                ready!(until.as_mut().poll(cx));
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            *missing = missing.saturating_sub(buffer.filled().len() - before);
            if *missing == 0 {
                self.silent = None;
            }
        }
        polled
    }
}

impl AsyncWrite for Bounded {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl Connected for Bounded {
    type ConnectInfo = TcpConnectInfo;

    fn connect_info(&self) -> Self::ConnectInfo {
        self.stream.connect_info()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio_stream::StreamExt;

    use super::*;

    const SOON: Duration = Duration::from_millis(100);

    async fn listener() -> (TcpListener, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        (listener, address)
    }

    #[tokio::test]
    async fn nobody_is_let_in_before_it_listens() {
        let taken = Taken::take("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = taken.0.local_addr().unwrap();
        let refused = TcpStream::connect(address).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
        let _listener = taken.listen().unwrap();
        TcpStream::connect(address).await.unwrap();
        assert!(Taken::take(address).is_err(), "the address is taken");
    }

    #[tokio::test]
    async fn one_connection_more_waits_until_another_has_gone() {
        let (listener, address) = listener().await;
        let mut taken = Box::pin(incoming(listener, 1, SOON));
        let _callers = (
            TcpStream::connect(address).await.unwrap(),
            TcpStream::connect(address).await.unwrap(),
        );
        let first = taken.next().await.unwrap().unwrap();
        let second = tokio::time::timeout(SOON, taken.next()).await;
        assert!(second.is_err(), "there is room for one");
        drop(first);
        taken.next().await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn who_does_not_begin_in_time_is_broken_off() {
        let (listener, address) = listener().await;
        let mut taken = Box::pin(incoming(listener, 8, SOON));
        for (said, enough) in [(0, false), (PREFACE - 1, false), (PREFACE, true)] {
            let mut caller = TcpStream::connect(address).await.unwrap();
            caller.write_all(&vec![b'x'; said]).await.unwrap();
            let mut connection = taken.next().await.unwrap().unwrap();
            let mut bytes = vec![0; said + 1];
            let read = tokio::time::timeout(10 * SOON, connection.read_exact(&mut bytes)).await;
            match read {
                Ok(broken) => {
                    assert!(!enough);
                    assert_eq!(broken.unwrap_err().kind(), io::ErrorKind::TimedOut);
                }
                Err(_elapsed) => assert!(enough, "{said} bytes"),
            }
        }
    }
}
