#!/usr/bin/env bash
# start-control-plane.sh <binaries> <folder>: etcd, an API server, the controllers and the scheduler on loopback, until it is stopped. No kubelet: see
# play-kubelet.mjs. Writes <folder>/kubeconfig. docs/measured/kubernetes.md says where the binaries come from.
set -euo pipefail
binaries=$1 folder=$2
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$folder"
cd "$folder"
export KUBECONFIG="$folder/kubeconfig"
trap 'kill $(jobs -p) 2> /dev/null || true; wait' EXIT

openssl genrsa -out service-accounts.key 2048 2> /dev/null
token=$(openssl rand -hex 16)
echo "$token,by-hand,1,system:masters" > tokens.csv
cat > kubeconfig <<END
apiVersion: v1
kind: Config
clusters: [{name: by-hand, cluster: {server: https://127.0.0.1:16443, insecure-skip-tls-verify: true}}]
users: [{name: by-hand, user: {token: $token}}]
contexts: [{name: by-hand, context: {cluster: by-hand, user: by-hand}}]
current-context: by-hand
END

"$binaries/etcd" --data-dir etcd --listen-client-urls http://127.0.0.1:12379 --advertise-client-urls http://127.0.0.1:12379 --listen-peer-urls http://127.0.0.1:12380 > etcd.log 2>&1 &
"$binaries/kube-apiserver" --etcd-servers=http://127.0.0.1:12379 --bind-address=127.0.0.1 --secure-port=16443 --cert-dir=certificates --endpoint-reconciler-type=none \
  --service-cluster-ip-range=10.0.0.0/16 --token-auth-file=tokens.csv --authorization-mode=AlwaysAllow --disable-admission-plugins=ServiceAccount \
  --service-account-key-file=service-accounts.key --service-account-signing-key-file=service-accounts.key --service-account-issuer=https://by-hand > apiserver.log 2>&1 &
until "$binaries/kubectl" get --raw /readyz > /dev/null 2>&1; do sleep 1; done
# There are no kubelets that would report: the controllers that watch over nodes stay off.
"$binaries/kube-controller-manager" --kubeconfig=kubeconfig --bind-address=127.0.0.1 --secure-port=16257 --port=0 --cert-dir=certificates --leader-elect=false --controllers=*,-nodelifecycle,-nodeipam,-serviceaccount-token \
  --horizontal-pod-autoscaler-sync-period=2s --horizontal-pod-autoscaler-downscale-stabilization=20s --horizontal-pod-autoscaler-cpu-initialization-period=5s \
  --horizontal-pod-autoscaler-initial-readiness-delay=2s > controllers.log 2>&1 &
"$binaries/kube-scheduler" --kubeconfig=kubeconfig --bind-address=127.0.0.1 --secure-port=16259 --port=0 --leader-elect=false > scheduler.log 2>&1 &
node "$here/play-kubelet.mjs" > kubelet.log 2>&1 &
echo "ready: export KUBECONFIG=$KUBECONFIG"
wait
