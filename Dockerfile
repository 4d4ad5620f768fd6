# syntax=docker/dockerfile:1

# An image of one of the project's programs, static and without root:
#
#   docker build -t baton-microsoft-entra .
#   docker build --build-arg BINARY=tenant-simulator -t tenant-simulator .
#
# An ENTRYPOINT cannot hold an argument, so each program has a stage of its name below, and the last line picks one.
# A new program is one more such stage. The build needs 5 GB of memory, for Microsoft's SDK.

ARG GO_VERSION=1.26
ARG BINARY=baton-microsoft-entra

FROM --platform=$BUILDPLATFORM golang:${GO_VERSION} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
ARG BINARY
ARG VERSION=dev
ARG TARGETOS
ARG TARGETARCH
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=${TARGETOS} GOARCH=${TARGETARCH} \
    go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=${VERSION}" -o /out/ ./cmd/${BINARY}

# CA roots, time zones, /tmp and the user 65532; no shell.
FROM gcr.io/distroless/static-debian12:nonroot AS base
USER 65532:65532
# The SDK ends in order on SIGINT. On SIGTERM it drops what it is doing.
STOPSIGNAL SIGINT
COPY --from=build /out/ /

FROM base AS baton-microsoft-entra
ENTRYPOINT ["/baton-microsoft-entra"]

FROM base AS tenant-simulator
ENTRYPOINT ["/tenant-simulator"]

FROM ${BINARY}
