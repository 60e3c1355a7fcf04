//! How the services of a sandbox run and are reached, and a scenario once in each shape.

/// How the services run and are reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// One process on an SQLite file, by local channels, as services of one process reach each other.
    Embedded,
    /// One process on an SQLite file, by TCP on a loopback address, as users reach them.
    Loopback,
    /// A process of its own on an SQLite file, with both listeners, as a province starts it first.
    Served,
    /// One process on PostgreSQL and Redis.
    OnPostgres,
    /// Processes of their own on PostgreSQL and Redis; survey and ledger are two each.
    Split,
}

impl Shape {
    /// Whether the services are outside the test's own process.
    pub(super) const fn is_apart(self) -> bool {
        matches!(self, Self::Served | Self::Split)
    }
}

/// Plays a scenario, an `async fn(Shape)`, as a test in each shape that a province may run: `name::embedded`,
/// `name::on_postgres`, `name::split`; and `name::over_tcp` where it is about the wire.
#[macro_export]
macro_rules! scenario {
    ($name:ident $(, $test:ident $shape:ident)?) => {
        mod $name {
            $($crate::scenario!(@ $name $test $shape);)?
            $crate::scenario!(@ $name embedded Embedded);
            $crate::scenario!(@ $name on_postgres OnPostgres);
            $crate::scenario!(@ $name split Split);
        }
    };
    (@ $name:ident $test:ident $shape:ident) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $test() {
            super::$name($crate::Shape::$shape).await;
        }
    };
}
