# syntax=docker/dockerfile:1

# An image of one of the project's programs, static and without root:
#
#   docker build -t baton-microsoft-entra .
#   docker build --build-arg BINARY=baton-onelogin -t baton-onelogin .
#   docker build --build-arg BINARY=tenant-simulator -t tenant-simulator .
#
# An ENTRYPOINT cannot hold an argument, so each program has a stage of its name below, and the last line picks one.
# A new program is one more such stage. The build needs 5 GB of memory, for Microsoft's SDK; that of baton-onelogin,
# which goes without it, needs less.

ARG GO_VERSION=1.26
ARG BINARY=baton-microsoft-entra
ARG VERSION=dev
ARG COMMIT=unknown

# Runs on the machine that builds, whatever the image is for: Go compiles for every platform.
FROM --platform=$BUILDPLATFORM golang:${GO_VERSION} AS build
RUN install -d -m 1777 /files/tmp /files/work
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
ARG BINARY
ARG VERSION
ARG COMMIT
ARG TARGETOS
ARG TARGETARCH
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=${TARGETOS} GOARCH=${TARGETARCH} \
    go build -trimpath -buildvcs=false -ldflags "-s -w -X 'main.version=${VERSION} (commit ${COMMIT})'" \
    -o /out/ ./cmd/${BINARY}

# CA roots, a user, and one folder to write to, whoever the image runs as: /work. Whatever the SDK writes goes there, and
# a volume can take its place, so that the rest may be read-only. No shell and no libraries.
#
# There is no HEALTHCHECK: Kubernetes does not look at it, a one-shot run has nothing to ask, and the server that
# answers "health-check" is off unless it is asked for.
FROM scratch AS base
ARG BINARY
ARG VERSION
ARG COMMIT
LABEL org.opencontainers.image.title="${BINARY}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${COMMIT}" \
      org.opencontainers.image.source="https://github.com/conductorone/baton-microsoft-entra" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY <<EOT /etc/passwd
root:x:0:0:root:/:/sbin/nologin
nonroot:x:65532:65532:nonroot:/work:/sbin/nologin
EOT
COPY <<EOT /etc/group
root:x:0:
nonroot:x:65532:
EOT
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /files/ /
COPY --from=build /out/ /
COPY LICENSE /
ENV HOME=/work TMPDIR=/work
WORKDIR /work
USER 65532:65532

FROM base AS baton-microsoft-entra
ENTRYPOINT ["/baton-microsoft-entra"]

FROM base AS baton-onelogin
ENTRYPOINT ["/baton-onelogin"]

FROM base AS tenant-simulator
ENTRYPOINT ["/tenant-simulator"]

FROM ${BINARY}
