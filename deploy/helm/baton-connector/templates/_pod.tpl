{{- define "baton.probe" -}}
exec:
  command: [{{ printf "/%s" .root.Values.connector | quote }}, "health-check", "--endpoint={{ .endpoint }}", "--timeout={{ .root.Values.probes.timeoutSeconds }}"]
{{- /* A second more than the program gives itself, so that its own sentence is what the events show. */}}
timeoutSeconds: {{ add1 .root.Values.probes.timeoutSeconds }}
periodSeconds: {{ .probe.periodSeconds }}
failureThreshold: {{ .probe.failureThreshold }}
{{- end }}

{{- define "baton.container" -}}
name: connector
image: {{ include "baton.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
command: [{{ printf "/%s" .Values.connector | quote }}]
workingDir: {{ .Values.workDir.path | quote }}
envFrom:
  {{- range include "baton.secrets" . | fromJsonArray }}
  - secretRef:
      name: {{ . | quote }}
  {{- end }}
env:
  {{- include "baton.env" . | trim | nindent 2 }}
{{- if .Values.probes.enabled }}
startupProbe:
  {{- include "baton.probe" (dict "root" . "endpoint" "live" "probe" .Values.probes.startup) | nindent 2 }}
livenessProbe:
  {{- include "baton.probe" (dict "root" . "endpoint" "live" "probe" .Values.probes.liveness) | nindent 2 }}
readinessProbe:
  {{- include "baton.probe" (dict "root" . "endpoint" "ready" "probe" .Values.probes.readiness) | nindent 2 }}
{{- end }}
{{- with .Values.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
volumeMounts:
  - name: work
    mountPath: {{ .Values.workDir.path | quote }}
  {{- if or .Values.ca.configMap .Values.ca.secret }}
  - name: ca
    mountPath: /etc/baton/ca
    readOnly: true
  {{- end }}
  {{- if .Values.certificate.secret }}
  - name: certificate
    mountPath: /etc/baton/certificate
    readOnly: true
  {{- end }}
  {{- if include "baton.projectsToken" . }}
  - name: token
    mountPath: /var/run/secrets/baton
    readOnly: true
  {{- end }}
  {{- with .Values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- define "baton.projectsToken" -}}
{{- if and .Values.workloadIdentity.enabled (not .Values.workloadIdentity.webhook) -}}true{{- end -}}
{{- end }}

{{- define "baton.volumes" -}}
- name: work
  emptyDir:
    sizeLimit: {{ .Values.workDir.sizeLimit | quote }}
{{- if .Values.ca.configMap }}
- name: ca
  configMap:
    name: {{ .Values.ca.configMap | quote }}
{{- else if .Values.ca.secret }}
- name: ca
  secret:
    secretName: {{ .Values.ca.secret | quote }}
{{- end }}
{{- with .Values.certificate }}
{{- if .secret }}
- name: certificate
  secret:
    secretName: {{ .secret | quote }}
    defaultMode: 0440
    items:
      - key: {{ .certificateKey | quote }}
        path: {{ .certificateKey | quote }}
      - key: {{ .privateKeyKey | quote }}
        path: {{ .privateKeyKey | quote }}
{{- end }}
{{- end }}
{{- if include "baton.projectsToken" . }}
- name: token
  projected:
    defaultMode: 0440
    sources:
      - serviceAccountToken:
          path: token
          audience: {{ .Values.workloadIdentity.audience | quote }}
          expirationSeconds: 3600
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}
