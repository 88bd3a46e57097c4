//! Amazon S3 and what speaks like it. Credentials come from the environment only: `AWS_ACCESS_KEY_ID` and the like, or
//! the role of the machine.

use super::Source;
use super::download::{Answer, Failure, Version};
use crate::diagnostics::Diagnostic;
use crate::error;
use futures::TryStreamExt;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{BackoffConfig, ClientOptions, Error, GetOptions, ObjectStore, RetryConfig};
use std::fs::File;
use std::io::Write;
use std::time::Duration;

/// Fetches an object, unless the known version is the newest.
pub async fn get(source: &Source, address: &str, known: &Version, file: &mut File) -> Result<Answer, Failure> {
    let (bucket, key) = parts(source, address).map_err(Failure::Told)?;
    let store = store(source, bucket).map_err(Failure::Told)?;
    let options = GetOptions { if_none_match: known.etag.clone(), ..GetOptions::default() };
    let found = match store
        .get_opts(&Path::from_url_path(key).map_err(|problem| refused(source, &problem.into()))?, options)
        .await
    {
        Err(Error::NotModified { .. }) => return Ok(Answer::Same),
        found => found.map_err(|problem| refused(source, &problem))?,
    };
    let version = Version { etag: found.meta.e_tag.clone(), last_modified: None };
    let mut chunks = found.into_stream();
    while let Some(chunk) = chunks.try_next().await.map_err(|problem| refused(source, &problem))? {
        file.write_all(&chunk).map_err(|problem| {
            Failure::Told(error!(source.span, "cannot keep `{}` in `.dashgen/cache`: {problem}", source.relative; hint: "is there room on the disk?"))
        })?;
    }
    Ok(Answer::New(version))
}

/// `s3://bucket/key` in two.
fn parts<'a>(source: &Source, address: &'a str) -> Result<(&'a str, &'a str), Diagnostic> {
    let parts = address.strip_prefix("s3://").and_then(|rest| rest.split_once('/'));
    parts.filter(|(bucket, key)| !bucket.is_empty() && !key.is_empty()).ok_or_else(
        || error!(source.span, "`{address}` names no file"; hint: "as in `s3://bucket/folder/orders.parquet`"),
    )
}

fn store(source: &Source, bucket: &str) -> Result<AmazonS3, Diagnostic> {
    let setting = |name: &str| source.settings.get(name);
    let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket).with_retry(patience());
    if let Some(region) = setting("region") {
        builder = builder.with_region(region.text()?);
    }
    let mut client = ClientOptions::new().with_connect_timeout(Duration::from_secs(10));
    if let Some(endpoint) = setting("endpoint") {
        client = client.with_allow_http(endpoint.text()?.starts_with("http://"));
        builder = builder.with_endpoint(endpoint.text()?);
    }
    if let Some(anonymous) = setting("anonymous") {
        builder = builder.with_skip_signature(anonymous.boolean()?);
    }
    builder.with_client_options(client).build().map_err(|problem| {
        error!(source.span, "cannot ask for `{}`: {problem}", source.relative; hint: "as in `region = \"eu-central-1\"` in `[sources.{}]`", source.name)
    })
}

/// Tries are repeated by the caller, who keeps count.
fn patience() -> RetryConfig {
    RetryConfig { max_retries: 0, retry_timeout: Duration::from_secs(60), backoff: BackoffConfig::default() }
}

fn refused(source: &Source, problem: &Error) -> Failure {
    let (name, span) = (&source.relative, source.span);
    let credentials = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and AWS_SESSION_TOKEN where there is one; a public bucket takes `anonymous = true`";
    Failure::Told(match problem {
        Error::NotFound { .. } => {
            error!(span, "there is nothing at `{name}`"; hint: "`aws s3 ls {name}` lists what is there")
        }
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
            error!(span, "`{name}` is not for everybody"; hint: "{credentials}")
        }
        _ if !has_credentials(source) => {
            error!(span, "no credentials for `{name}`"; hint: "{credentials}")
        }
        problem => return Failure::Unreachable(cause(problem)),
    })
}

fn has_credentials(source: &Source) -> bool {
    source.settings.get("anonymous").is_some() || std::env::var_os("AWS_ACCESS_KEY_ID").is_some()
}

/// What lies at the bottom of a failed request.
fn cause(problem: &Error) -> String {
    let mut cause: &dyn std::error::Error = problem;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
