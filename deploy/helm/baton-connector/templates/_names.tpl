{{/* The name in labels. */}}
{{- define "baton.name" -}}
{{- default .Values.connector .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{/* The name of everything that the release makes. */}}
{{- define "baton.fullname" -}}
{{- $name := include "baton.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{/* Labels that never change in the life of a release: a Deployment's selector cannot. */}}
{{- define "baton.selector" -}}
app.kubernetes.io/name: {{ include "baton.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "baton.labels" -}}
{{ include "baton.selector" . }}
{{- with .Values.image.tag | default .Chart.AppVersion }}
app.kubernetes.io/version: {{ regexReplaceAll "[^A-Za-z0-9_.-]" . "-" | trunc 63 | trimAll "-_." | quote }}
{{- end }}
app.kubernetes.io/component: connector
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "baton.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "baton.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end }}

{{- define "baton.image" -}}
{{- $image := .Values.image -}}
{{- $name := printf "%s/%s" (trimSuffix "/" $image.registry) (default .Values.connector $image.repository) | trimPrefix "/" -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $name $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name (default .Chart.AppVersion $image.tag) -}}
{{- end -}}
{{- end }}

{{/* The Secrets that the container takes its variables from, as a JSON list. */}}
{{- define "baton.secrets" -}}
{{- $names := .Values.secrets.existing -}}
{{- if .Values.secrets.create -}}
{{- $names = append $names (include "baton.fullname" .) -}}
{{- else if not $names -}}
{{- $names = list (printf "%s-secrets" .Values.connector) -}}
{{- end -}}
{{- toJson $names -}}
{{- end }}
