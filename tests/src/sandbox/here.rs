//! The whole system in this process.

use std::net::SocketAddr;

use chiso_platform::Context;
use chiso_platform::mail::Mailer;
use chiso_platform::process::Process;
use chiso_platform::redis::Redis;
use chiso_platform::rpc::{Channel, remote};
use chiso_server::peers::Bounds;
use chiso_server::plan::Plan;
use chiso_server::settings::{MailTransport, Secret, Settings};
use chiso_server::system::{Channels, System};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::transport::server::TcpIncoming;

use super::{Ground, SENDER, SERVICES, Shape, TestClock};

/// A system of this process, and who listens for it.
#[derive(Debug)]
pub(super) struct Here {
    system: System,
    listener: Option<Listener>,
}

#[derive(Debug)]
struct Listener {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), tonic::transport::Error>>,
}

impl Here {
    pub(super) async fn start(ground: &Ground, clock: &TestClock, shape: Shape) -> Self {
        let redis = Redis::open(&ground.redis_url()).unwrap();
        let process = Process::open(ground.places(), clock.here()).unwrap();
        let process = process.with_redis(redis).with_mail(mailer(&ground.mail));
        let system = System::run(&Plan::whole(), process, Bounds::default())
            .await
            .unwrap();
        let listener = match shape {
            Shape::Loopback => Some(listen(&system).await),
            _ => None,
        };
        Self { system, listener }
    }

    pub(super) async fn stop(self) {
        if let Some(listener) = self.listener {
            listener.stop.send(()).unwrap();
            listener.task.await.unwrap().unwrap();
        }
        self.system.stop().await;
    }

    /// As the shape has it.
    pub(super) async fn channels(&self) -> Channels {
        match &self.listener {
            None => self.system.channels.clone(),
            Some(listener) => all_at(&connect(listener.address).await),
        }
    }

    pub(super) const fn local(&self) -> &Channels {
        &self.system.channels
    }

    pub(super) async fn connect(&self) -> Channel {
        connect(self.listener.as_ref().map(|l| l.address).unwrap()).await
    }

    pub(super) fn context(&self, service: &str) -> &Context {
        self.system.context(service).unwrap()
    }
}

/// To a mail server, with the settings that a process has by default.
fn mailer(smtp_url: &str) -> Mailer {
    if smtp_url.is_empty() {
        return Mailer::off();
    }
    let mut settings = Settings::default();
    settings.mail.transport = MailTransport::Smtp;
    SENDER.clone_into(&mut settings.mail.from);
    settings.mail.smtp_url = Secret(smtp_url.to_owned());
    settings.mailer(&SERVICES).unwrap()
}

/// Every service behind one channel.
fn all_at(channel: &Channel) -> Channels {
    let to = || channel.clone();
    Channels {
        identity: to(),
        registry: to(),
        survey: to(),
        recheck: to(),
        leaders: to(),
        ledger: to(),
        ranking: to(),
    }
}

async fn connect(address: SocketAddr) -> Channel {
    let endpoint = tonic::transport::Endpoint::from_shared(format!("http://{address}")).unwrap();
    remote(endpoint.connect().await.unwrap())
}

async fn listen(system: &System) -> Listener {
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let routes = system.routes().await.unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tonic::transport::Server::builder()
        .add_routes(routes)
        .serve_with_incoming_shutdown(TcpIncoming::from(socket).with_nodelay(Some(true)), async {
            let _sender_gone_counts_too = stopped.await;
        });
    let task = tokio::spawn(serving);
    Listener { address, stop, task }
}
